// Reads every script as the engine of a browser would, and runs none: broken syntax, what is imported from nowhere, or
// though nobody exports it, is told with its place. Names that nobody declares or uses are oxlint's (.oxlintrc.json),
// which does not look whether a file that is imported is there. Node is the one that Playwright brings.
import { readdirSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import vm from "node:vm"

const LATER = /\bimport\("(\.\/[\w-]+\.js)"\)/g
const modules = new Map()
const wrong = []

function read(path) {
  if (modules.has(path)) return modules.get(path)
  const source = readFileSync(path, "utf8")
  const made = new vm.SourceTextModule(source, { identifier: path })
  modules.set(path, made)
  for (const [, name] of source.matchAll(LATER)) read(resolve(path, "..", name))
  return made
}

for (const folder of process.argv.slice(2)) {
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".js"))) {
    const path = resolve(folder, name)
    try {
      if (read(path).status === "unlinked") await read(path).link((wanted, from) => read(resolve(from.identifier, "..", wanted)))
    } catch (error) { wrong.push(`${path}: ${error.message}\n${error.stack.split("\n").slice(0, 3).join("\n")}`) }
  }
}
console.log(wrong.length ? wrong.join("\n") : `${modules.size} scripts read`)
process.exitCode = wrong.length ? 1 : 0
