// Has fhirpath.js (npm, 5.2.2) answer what `asking.py` wrote: node record.mjs asked.json > answers.json
// Run it where the package is installed; only what it says is kept, as ours.json and others.json.
import { readFileSync } from "node:fs"
const asked = JSON.parse(readFileSync(process.argv[2], "utf8"))
const Real = Date
globalThis.Date = class extends Real {
  constructor(...given) { super(...(given.length ? given : [asked.now])) }
  static now() { return new Real(asked.now).getTime() }
}
const { default: fhirpath } = await import("fhirpath")
const { default: r4 } = await import("fhirpath/fhir-context/r4/index.js")

const inside = (element, way) => way.reduce((found, step) => found[step], element)
const nodeOf = (resource, way) => way === null ? [] : way.length ? inside(resource, way) : resource
const baseOf = (way, text) => way && way.length ? { base: "QuestionnaireResponse.item", expression: text } : text
const names = (text) => [...text.matchAll(/%([A-Za-z_][\w-]*|`[^`]+`)/g)].map((found) => found[1].replaceAll("`", ""))

function evaluate(resource, source, text, scopes) {
  const known = { resource, rootResource: resource, questionnaire: source, patient: asked.patient }
  const run = (text, scope) => {
    const node = nodeOf(resource, scope.way)
    const env = { ...known, qitem: inside(source, scope.raw) }
    for (const name of names(text)) if (!(name in env) && name !== "context") env[name] = []
    return fhirpath.evaluate(node, baseOf(scope.way, text), env, r4, { async: false })
  }
  for (const scope of scopes) for (const [name, text] of scope.variables) {
    try { known[name] = run(text, scope) } catch { known[name] = [] }
  }
  try { return run(text, scopes.at(-1)) } catch (error) { return { trouble: String(error).slice(0, 80) } }
}

const said = asked.forms.map(({ form, source, asks }) => ({
  form, answers: asks.map(([resource, text, scopes]) => evaluate(resource, source, text, scopes)),
}))
process.stdout.write(JSON.stringify(said))
