// The page of open work, kept up to date: what colleagues ask for, take or end shows within a moment. Its buttons are
// forms, so all of it works without this, too (U58).
import { live } from "./live.js"
import { arrived } from "./say.js"
import { dueInWords, piece } from "./shown.js"

const STAYS = 5000 // ms that what ended elsewhere stays to be read
const AGES = 60000 // ms after which ages are said anew
const list = document.getElementById("work")
const blank = document.getElementById("t-work").content.firstElementChild
const count = document.querySelector('a[href="/work"] .count')
const told = new Map() // what became of each, as the newest event says it
let soon = null
let first = true

const busy = () => list.matches(":hover") || list.contains(document.activeElement)
const rows = () => [...list.querySelectorAll(".work")]

function fresh(one) {
  const row = document.importNode(blank, true)
  row.dataset.id = one.id
  row.setAttribute("aria-labelledby", `w-${one.id}`)
  const head = row.querySelector("h2")
  head.id = `w-${one.id}`
  head.querySelector("bdi").textContent = one.title
  head.querySelector("span").replaceChildren(...(one.pieces ?? [{ text: one.text }]).map(piece))
  for (const form of row.querySelectorAll("form")) form.action = `/work/${one.id}/${form.dataset.step}`
  for (const button of row.querySelectorAll(".acts button")) button.setAttribute("aria-describedby", head.id)
  const to = row.querySelector("select")
  to.id = `to-${one.id}`
  row.querySelector("label").htmlFor = to.id
  row.querySelector(".open").href = `/c/${one.conversation}#m-${one.id}`
  const quoted = row.querySelector(".quoted")
  quoted.hidden = !one.quoted
  quoted.querySelector("b").textContent = one.quoted?.author ?? one.title
  quoted.querySelector("span").textContent = one.quoted?.text ?? ""
  return row
}

function state(row, task) {
  const said = row.querySelector(".state")
  if (said.textContent !== task.words && !first) arrived(`${row.querySelector("h2").textContent}: ${task.words}`)
  said.textContent = task.words
  said.className = `state ${{ taken: "state-dm", done: "state-ok" }[task.state] ?? "state-wait"}`
}

function fill(row, { task, age, held, free }) {
  state(row, task)
  row.querySelector(".asked").textContent = `${task.asked_by.name} asked ${age}`
  row.querySelector(".due").hidden = !task.due_at
  const time = row.querySelector(".due time")
  if (task.due_at) { time.setAttribute("datetime", task.due_at); time.textContent = dueInWords(task.due_at, list.dataset.zone) }
  row.querySelector(".tag-bad").hidden = !task.late
  const shown = { take: task.state === "open", done: free, return: held }
  for (const [step, yes] of Object.entries(shown)) row.querySelector(`[data-step="${step}"]`).hidden = !yes
  row.querySelector("details").hidden = !free
  for (const one of row.querySelectorAll("option")) one.hidden = one.disabled = one.value === task.to.id
}

// Ended, or somebody else's now: nothing can be pressed any more, what became of it is still read for a moment.
function over(row) {
  if ("over" in row.dataset) return
  row.dataset.over = ""
  if (told.has(row.dataset.id)) state(row, told.get(row.dataset.id))
  for (const one of row.querySelectorAll("form, details")) one.hidden = true
  const leave = () => {
    if (row.matches(":hover")) { row.leaving = setTimeout(leave, STAYS); return }
    row.remove()
    nobody()
  }
  row.leaving = setTimeout(leave, STAYS)
}

function nobody() { document.getElementById("nothing").hidden = rows().length > 0 }

function show({ messages, waiting }) {
  const known = new Map(rows().map((row) => [row.dataset.id, row]))
  const wanted = messages.map((one) => {
    const row = known.get(one.id) ?? fresh(one)
    delete row.dataset.over
    clearTimeout(row.leaving) // it is back
    if (!known.has(one.id)) list.append(row)
    fill(row, one)
    known.delete(one.id)
    return row
  })
  for (const row of known.values()) over(row)
  // Nothing moves under the pointer or away from the keys: what is new stands last until both have left.
  if (!busy()) for (const [at, row] of wanted.entries()) if (rows()[at] !== row) list.insertBefore(row, rows()[at])
  if (count) { count.textContent = String(waiting); count.hidden = !waiting }
  nobody()
  first = false
}

async function look() {
  clearTimeout(soon)
  soon = null
  if (live.ready) await live.ask("task.list", { whose: list.dataset.whose }).then(show).catch(() => {}) // again when back
}

function heard({ detail }) {
  if (detail.task) told.set(detail.id, detail.task)
  if (detail.task || document.getElementById(`w-${detail.id}`)) soon ??= setTimeout(look, 100)
}

for (const name of ["message.created", "message.updated"]) live.addEventListener(name, heard)
live.addEventListener("ready", look)
for (const left of ["pointerleave", "focusout"]) list.addEventListener(left, () => { soon ??= setTimeout(look, 100) })
setInterval(() => { if (document.visibilityState === "visible") look() }, AGES)
live.keep()
