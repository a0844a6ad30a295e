// A conversation as a row of the list, cloned from the page's one <template>; text only ever becomes text nodes (S63).
import { clone } from "./rows.js"
import { initials, inWords } from "./shown.js"

const KIND = { patient: "patient", direct: "colleague", group: "group" }
const FACE = { patient: "face-p", group: "face-g", direct: "" }
const app = document.querySelector(".app")

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
  if (last) said(row, last)
  if (pinned !== undefined) row.toggleAttribute("data-pinned", pinned)
  if (everybodys !== undefined) row.toggleAttribute("data-everybodys", everybodys)
  if (muted !== undefined) row.toggleAttribute("data-muted", muted)
  if (unread !== undefined) counted(row, unread)
  if (named !== undefined) row.querySelector(".named").hidden = !named
  if (typed !== undefined) row.querySelector(".typed").hidden = !typed
  const time = row.querySelector("time")
  const moved = Boolean(last_at) && last_at !== time.getAttribute("datetime")
  if (moved) { time.setAttribute("datetime", last_at); time.textContent = inWords(last_at) }
  name(row)
  return moved
}

export function here(row, is) {
  row.classList.toggle("here", is)
  name(row)
}

function counted(row, unread) {
  const count = row.querySelector(".count")
  count.hidden = !unread
  count.textContent = String(unread)
  row.querySelector(".row").classList.toggle("unread", unread > 0)
}

// What was said last.
function said(row, last) {
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
function name(row) {
  const parts = [
    row.dataset.title,
    KIND[row.dataset.kind],
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
