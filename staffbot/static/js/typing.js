// Who writes, in one line under the list: said at most every three seconds, never announced (U32). A message that will
// leave the building says "is answering", so that two people do not answer one patient.
import { live } from "./live.js"

const EVERY = 3000
const FORGOTTEN = 6500
const app = document.querySelector(".app")
const line = document.getElementById("typing")
const box = document.getElementById("box")
const card = document.querySelector("draft-card")
const writing = new Map()
let told = -EVERY
let typed = false // something since it was told last

function tell() {
  const answering = !card.hidden || /^\/(sms|email|dm|form)\b/.test(box.textContent)
  if (!live.ready || !document.getElementById("shows-typing").checked || performance.now() - told < EVERY) return
  told = performance.now()
  typed = false
  live.ask("typing", { conversation: app.dataset.conversation, ...(answering ? { answering } : {}) }).catch(() => {})
}

function show() {
  const now = performance.now()
  for (const [who, { until }] of writing) if (until < now) writing.delete(who)
  const people = [...writing.values()]
  const one = people.find((person) => person.answering) ?? people[0]
  const patient = app.dataset.kind === "patient"
  line.classList.toggle("answering", Boolean(one?.answering && patient))
  line.textContent = !one ? "" : one.answering && patient ? `${one.name} is answering this patient` : people.length > 1 ? `${people.length} people are typing` : `${one.name} is typing`
}

if (box) {
  box.addEventListener("input", () => {
    typed = /^(?!\/\w*$)\s*\S/.test(box.textContent) // half a command may yet become anything
    if (typed) tell()
  })
  setInterval(() => { if (typed || !card.hidden) tell(); show() }, 1000)
  live.addEventListener("typing", ({ detail }) => {
    if (detail.conversation !== app.dataset.conversation || detail.who === app.dataset.me) return
    writing.set(detail.who, { ...detail, until: performance.now() + FORGOTTEN })
    show()
  })
  live.addEventListener("message.created", ({ detail }) => {
    if (detail.conversation === app.dataset.conversation && writing.delete(detail.author?.id)) show()
  })
}
for (const what of ["typing", "presence"]) {
  document.getElementById(`shows-${what}`).addEventListener("change", ({ target }) => keep(what, target))
}

// A choice waits until it is kept, and goes back where it could not be.
async function keep(what, choice) {
  choice.disabled = true
  try { await live.ask("person.show", { [what]: choice.checked }) } catch { choice.checked = !choice.checked }
  choice.disabled = false
}
