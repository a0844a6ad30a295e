// Rows, each cloned from the page's one <template>: a message with its request, the days between messages and the runs of
// one person; a conversation of the list. Text only ever becomes text nodes (S63). They share a file because a page that
// opens asks for few (table C of ux.md).
import { dueInWords, initials, inWords, localise, ofTheDay, piece } from "./shown.js"

const KINDS = { internal: "internal", sms: "sms", email: "email", direct: "dm", event: "internal" }
const GOOD = new Set(["delivered"])
const BAD = new Set(["failed", "bounced", "blocked", "frozen"])
const LEFT = { queued: "Has not left yet", blocked: "Did not leave", cancelled: "Did not leave", unknown: "May have left" }
const READ = new Set(["unlocked", "answered", "on_paper"])
const app = document.querySelector(".app")
// Days in the practice's own zone, as the server writes them.
const written = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: app.dataset.zone })

// Imported, so that custom elements in it are alive before they stand in the page.
export function clone(id) { return document.importNode(document.getElementById(id).content.firstElementChild, true) }

export function messageRow(message) {
  const row = clone("t-message")
  fill(row, message)
  return row
}

export function fill(row, message) {
  const kind = message.form ? "form" : KINDS[message.kind]
  const side = message.direction === "internal" ? "internal" : message.direction === "outbound" ? "out" : ""
  row.className = ["msg", side, kind].filter(Boolean).join(" ")
  row.id = `m-${message.id}`
  Object.assign(row.dataset, { message: message.id, seq: message.seq, kind: message.kind, author: message.author?.id ?? "" })
  row.toggleAttribute("data-deleted", Boolean(message.deleted_at))
  row.toggleAttribute("data-edited", Boolean(message.edited_at))
  const author = message.author?.id === app.dataset.me ? "You" : message.author?.name ?? other()
  row.querySelector(".author bdi").textContent = author
  row.querySelector(".kind").className = `kind kind-${kind}`
  row.querySelector(".kind-icon").replaceChildren(document.getElementById(`t-icon-${message.form ? "form" : message.kind}`).content.cloneNode(true))
  row.querySelector(".kind-words").textContent = message.kind_words
  row.querySelector(".seen-by").textContent = seenBy(message)
  row.querySelector(".edited").hidden = !message.edited_at
  row.querySelector("time").setAttribute("datetime", message.created_at)
  const edited = message.deleted_at ? null : row.querySelector(".editing")
  if (edited) edited.shown = body(message) // what is being typed there stays
  else row.querySelector(".msg-body").replaceChildren(...body(message))
  const at = document.activeElement?.closest(".reaction, task-line button")
  const held = row.contains(at)
  row.querySelector(".reactions").replaceChildren(...message.reactions.map(reaction))
  const detail = row.querySelector(".detail")
  detail.hidden = message.direction === "internal"
  tick(row, message.status)
  row.querySelector(".msg-foot").hidden = message.direction === "internal" && !message.status && !message.reactions.length
  row.querySelector("task-line").show(message.task)
  if (held && !at.checkVisibility()) (row.querySelector(`.reaction[data-mark="${at.dataset.mark}"]`) ?? row).focus({ preventScroll: true })
  localise(row, ofTheDay)
  const to = message.direction === "internal" ? "to your team" : `${message.direction === "outbound" ? "to patient by" : "by"} ${message.kind_words}`
  row.setAttribute("aria-label", [author, to, row.querySelector("time").textContent, message.status?.words.toLowerCase(), message.task?.words].filter(Boolean).join(", "))
}

// Who can see it, on every message (U24); as long in each state, so that no line moves (U25).
function seenBy({ direction, status }) {
  if (direction === "inbound") return "Patient and team see this"
  return direction === "internal" ? "Only your team sees this" : LEFT[status?.code] ?? "Left the building"
}

export function tick(row, status) {
  const ticks = row.querySelector(".ticks")
  ticks.textContent = status ? status.words : ""
  const look = !status ? "" : GOOD.has(status.code) ? "state-ok" : BAD.has(status.code) ? "state-bad" : READ.has(status.code) ? "state-dm" : status.code === "sent" ? "" : "state-wait"
  ticks.className = `ticks state ${look}`.trim()
  const detail = row.querySelector(".detail") // what did not arrive leads to what can be done (U25)
  const bad = look === "state-bad" && app.dataset.kind === "patient"
  detail.href = `/messages/${row.dataset.message}${bad ? "#can" : ""}`
  detail.textContent = bad ? "Why, and try again" : "Details"
}

function other() { return app.dataset.kind === "patient" ? app.dataset.title : "Latchkey" }

function body(message) {
  const parts = message.quoted ? [quoted(message.quoted)] : []
  if (message.deleted_at) return [...parts, paragraph("This message was taken back.", "muted")]
  if (message.subject) parts.push(paragraph(message.subject, "subject"))
  const text = paragraph("", "text")
  text.append(...(message.pieces ?? [{ text: message.text }]).map(piece))
  parts.push(text)
  if (message.form?.answers) parts.push(answers(message.form))
  for (const one of message.attachments) parts.push(file(one))
  return parts
}

function quoted({ id, seq, author, text }) {
  const link = document.createElement("a")
  link.className = "quoted"
  link.href = `#m-${id}`
  link.dataset.seq = seq
  const who = document.createElement("b")
  who.textContent = author ?? other()
  const words = document.createElement("span")
  words.textContent = text
  link.append(who, " ", words)
  return link
}

function reaction({ mark, by, names }) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "reaction"
  button.dataset.mark = mark
  button.setAttribute("aria-pressed", String(by.includes(app.dataset.me)))
  button.setAttribute("aria-label", `${mark} ${names.join(", ")}`)
  button.title = names.join(", ")
  button.textContent = `${mark} ${by.length}`
  return button
}

function answers(form) {
  const box = document.createElement("div")
  box.className = "form-answers"
  const score = form.score !== null ? `Score ${form.score} of ${form.highest}${form.band ? ` · ${form.band}` : ""}` : form.counted ? `No score: ${form.counted.join(" of ")} questions answered` : ""
  const told = [score, form.urgent ? "Needs a look now" : ""].filter(Boolean).join(" · ")
  if (told) box.append(paragraph(told, form.urgent ? "state state-bad" : "strong"))
  const list = document.createElement("dl")
  list.className = "dl"
  for (const one of form.answers) {
    const line = document.createElement("div")
    const question = document.createElement("dt")
    const answer = document.createElement("dd")
    question.textContent = one.question
    answer.textContent = one.answer || "Not answered"
    line.append(question, answer)
    list.append(line)
  }
  box.append(list)
  return box
}

export function file(one) {
  const link = clone("t-file")
  if (one.url && !["pending", "infected", "error", "erased"].includes(one.state)) link.href = one.url
  link.querySelector("b").textContent = one.name
  link.querySelector(".muted").textContent = [`${Math.max(1, Math.ceil(one.size / 1024))} KB`, one.state_words].filter(Boolean).join(", ")
  return link
}

// A paragraph in which certain words stand out.
export function marked(text, words, className = "") {
  const made = paragraph("", className)
  const wanted = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")
  for (const [place, part] of text.split(wanted ? new RegExp(`(${wanted})`, "gi") : /$^/).entries()) {
    if (place % 2 === 0) { made.append(part); continue }
    const mark = document.createElement("mark")
    mark.textContent = part
    made.append(mark)
  }
  return made
}

// Words beside an icon of the page.
export function iconed(icon, words, className = "") {
  const made = document.createElement(className ? "span" : "div")
  if (className) made.className = className
  const said = document.createElement("span")
  said.textContent = words
  made.append(document.getElementById(`t-icon-${icon}`).content.cloneNode(true), " ", said)
  return made
}

export function paragraph(text, className = "") {
  const made = document.createElement("p")
  if (className) made.className = className
  made.textContent = text
  return made
}

const RUN = 5 * 60e3 // ms: what one person says within them of each other has one head (`RUN` in shapes.py)
const whens = new WeakMap() // row -> when it was written, and on which day

function when(row) {
  if (!whens.has(row)) {
    const at = new Date(row.querySelector("time").getAttribute("datetime"))
    whens.set(row, { at, day: written.format(at).replace(",", "") })
  }
  return whens.get(row)
}

// Whether a row goes on with what the one above it says: the same person, in the same way, a moment later.
function goesOn(row, above) {
  const alike = ["out", "internal", "form"].every((one) => row.classList.contains(one) === above.classList.contains(one))
  return alike && row.dataset.author === above.dataset.author && row.dataset.kind === above.dataset.kind && when(row).at - when(above).at <= RUN
}

export function rowFrom(one, way) {
  while (one && !one.matches(".msg")) one = one[way]
  return one
}

// Days stand between rows, and of each run the first row alone has a head; rows say who spoke by their names all the same.
// Looked at are some rows, the upper ones first: a row depends on nothing but the one above it.
export function arrange(inner, rows = inner.querySelectorAll(".msg")) {
  for (const row of rows) {
    const { day } = when(row)
    const first = row.previousElementSibling?.id === "new" ? row.previousElementSibling : row // the day, then New
    const above = first.previousElementSibling
    const has = above?.matches(".day[data-day]") ? above : null
    const last = rowFrom(above, "previousElementSibling")
    if (last && day === when(last).day) has?.remove()
    else if (has?.dataset.day !== day) { has?.remove(); first.before(dayLine(day)) }
    const run = last && row.previousElementSibling === last ? goesOn(row, last) : false
    if (run !== "run" in row.dataset) row.toggleAttribute("data-run", run)
  }
  for (const day of inner.querySelectorAll(".day[data-day]")) {
    const next = day.nextElementSibling
    if (!next || next.matches(".day[data-day]")) day.remove()
  }
}

function dayLine(day) {
  const made = document.createElement("p")
  made.className = "day"
  made.dataset.day = day
  const words = document.createElement("span")
  words.textContent = day
  made.append(words)
  return made
}

// <task-line>: what a message asks of whom (U58), empty where it asks for nothing; its buttons are acted on in actions.js. Here, as each file is a request (table C).
class TaskLine extends HTMLElement {
  // Whether one may end it or pass it on: nobody has it, or oneself does or asked for it.
  get free() {
    const { state, held } = this.dataset
    return !state || ((state === "open" || state === "taken") && (!held || held.split(" ").includes(app.dataset.me)))
  }

  show(task) {
    this.hidden = !task
    if (task && !this.firstElementChild) this.append(document.importNode(document.getElementById("t-task").content, true))
    for (const name of ["state", "held", "holder"]) delete this.dataset[name]
    if (!task) return
    Object.assign(this.dataset, { state: task.state, held: task.held_by.join(" "), holder: task.holder?.id ?? "" })
    this.querySelector(".said").textContent = task.words
    this.querySelector(".until").hidden = !task.due_at
    this.querySelector(".late").hidden = !task.late
    const due = this.querySelector(".due")
    due.setAttribute("datetime", task.due_at ?? "")
    due.textContent = task.due_at ? dueInWords(task.due_at, app.dataset.zone) : ""
    this.querySelector("[data-do=take]").hidden = task.state !== "open"
    for (const name of ["done", "hand"]) this.querySelector(`[data-do=${name}]`).hidden = !this.free
  }
}

customElements.define("task-line", TaskLine)

// A conversation as a row of the list.
const IS = { patient: "patient", direct: "colleague", group: "group" }
const FACE = { patient: "face-p", group: "face-g", direct: "" }

export function conversationRow({ id, kind, title, last_seq, members }) {
  const row = clone("t-conversation")
  const person = kind === "direct" ? members.find((member) => member !== app.dataset.me) ?? "" : ""
  Object.assign(row.dataset, { conversation: id, kind, title, lastSeq: last_seq, person })
  row.querySelector("a").href = `/c/${id}`
  row.querySelector("bdi").textContent = title
  const face = row.querySelector(".face")
  face.className = `face ${FACE[kind]}`
  face.textContent = initials(title)
  row.querySelector(".more").setAttribute("aria-label", `Options for ${title}`)
  return row
}

export const unreadIn = (row) => Number.parseInt(row.querySelector(".count").textContent, 10) || 0

// Puts what is known anew into a row: unread, named, pinned, muted, when. Returns whether that brings it to the top.
export function renew(row, { unread, named, pinned, muted, typed, everybodys, last_at, last }) {
  if (last) says(row, last)
  if (pinned !== undefined) row.toggleAttribute("data-pinned", pinned)
  if (everybodys !== undefined) row.toggleAttribute("data-everybodys", everybodys)
  if (muted !== undefined) row.toggleAttribute("data-muted", muted)
  if (unread !== undefined) counted(row, unread)
  if (named !== undefined) row.querySelector(".named").hidden = !named
  if (typed !== undefined) row.querySelector(".typed").hidden = !typed
  const time = row.querySelector("time")
  const moved = Boolean(last_at) && last_at !== time.getAttribute("datetime")
  if (moved) { time.setAttribute("datetime", last_at); time.textContent = inWords(last_at) }
  call(row)
  return moved
}

export function here(row, is) {
  row.classList.toggle("here", is)
  call(row)
}

function counted(row, unread) {
  const count = row.querySelector(".count")
  count.hidden = !unread
  count.textContent = String(unread)
  row.querySelector(".row").classList.toggle("unread", unread > 0)
}

// What was said last.
function says(row, last) {
  const words = document.createElement("span")
  words.textContent = (last.author && row.dataset.kind === "group" ? `${last.author.split(" ")[0]}: ` : "") + last.text
  const kind = document.createElement("span")
  kind.className = last.failed ? "state state-bad" : `kind kind-${last.form ? "form" : { sms: "sms", email: "email", direct: "dm" }[last.kind] ?? "internal"}`
  if (!last.internal) kind.append(document.getElementById(`t-icon-${last.failed ? "warn" : last.form ? "form" : last.kind}`).content.cloneNode(true))
  row.querySelector(".last").replaceChildren(...(last.internal ? [words] : [kind, words]))
  row.dataset.last = last.id
  row.dataset.said = last.status_words || last.kind_words
}

// All of it in one sentence, for those who listen.
function call(row) {
  const parts = [
    row.dataset.title,
    IS[row.dataset.kind],
    row.classList.contains("here") && "here now",
    unreadIn(row) > 0 && `${unreadIn(row)} unread`,
    "everybodys" in row.dataset && "nobody has opened it",
    !row.querySelector(".named").hidden && "you are named",
    !row.querySelector(".typed").hidden && "a draft waits",
    "muted" in row.dataset && "muted",
    row.dataset.said,
    row.querySelector("time").textContent,
  ]
  row.querySelector(".row").setAttribute("aria-label", parts.filter(Boolean).join(", "))
}
