// <conversation-list>: sections that rows move between, counts that agree, a filter; the row under the pointer or with
// the focus never moves (U16-U20). Every row is kept, of each section the first ones stand in the page and the next ones
// come as one scrolls: so a key in the filter costs the same for 2,000 rows as for a hundred.
import { openOptions, openQuiet, pin } from "./actions.js"
import { live } from "./live.js"
import { conversationRow, here, renew, unreadIn } from "./rows.js"
import { say } from "./say.js"
import { localise, plain } from "./shown.js"
import { complain } from "./trouble.js"

const SECTION = { patient: "Patients", direct: "Colleagues", group: "Groups" }
const app = document.querySelector(".app")
const AT_ONCE = 50 // rows of a section that are drawn at first, and further ones each time its end comes near
const FAILED = new Set(["failed", "bounced", "blocked"])
const LISTED = 60 // patients in a greeting, and in each further page: fewer are all
const NEAR = "600px"
const PLACE = "list" // of this tab
const RESTED = 500 // ms without a key: then the filter says how many fit
const spelt = new WeakMap() // row -> the words of its name, as they are looked for

export class ConversationList extends HTMLElement {
  #every = new Map() // rows by their conversations, in the page or not
  #order = new Map() // of each section all its rows, newest first
  #home = new Map() // of each row its section
  #at = new Map() // of each row when something was last said
  #room = new Map() // of each section how many are drawn at most
  #ends = new Map() // of each section the last one drawn, where there are more
  #behind = null // of the patients' conversations on the server the last one asked for
  #more = false // whether there are any behind it
  #open = null // the row of the open conversation, which is always drawn
  #near = new IntersectionObserver((seen) => this.#further(seen.filter((one) => one.isIntersecting)), { root: this, rootMargin: NEAR })
  #wanted = [] // how the words begin that the filter asks for
  #waiting = new Set() // rows that will move once nobody points at the list
  #news = new Map() // what is known anew of rows and not shown yet: what comes together changes each row once (U98)
  #told = new Set() // conversations that the last greeting told of
  #telling = null
  #asked = new Set() // conversations that are new here and asked for

  constructor() {
    super()
    localise(this)
    for (const section of this.querySelectorAll("section")) {
      this.#order.set(section, [])
      this.#room.set(section, AT_ONCE)
      for (const row of section.querySelectorAll(".conv")) this.#keep(row, section)
    }
    const filter = document.getElementById("filter")
    filter.addEventListener("focus", () => { for (const row of this.every) wordsOf(row) })
    filter.addEventListener("input", () => this.#filter(filter.value))
    filter.addEventListener("keydown", (event) => this.#chosen(event))
    this.addEventListener("click", (event) => { const more = event.target.closest(".more"); if (more) openOptions(more.closest(".conv")) })
    for (const left of ["pointerleave", "focusout"]) this.addEventListener(left, () => setTimeout(() => this.#settle()))
    this.#hear("message.created", (message) => this.#spoken(message))
    this.#hear("read.updated", ({ conversation_id, unread }) => this.#set(conversation_id, { unread }))
    this.#hear("conversation.updated", (news) => this.#updated(news))
    this.#hear("draft.updated", ({ conversation, typed }) => this.#set(conversation, { typed }))
    live.addEventListener("message.updated", ({ detail }) => this.#changed(detail))
    live.addEventListener("presence", (event) => this.#here(event.detail.who, event.detail.here))
    live.addEventListener("ready", (event) => this.#greeted(event.detail))
    for (const button of document.querySelectorAll(".start")) button.addEventListener("click", () => open(button.dataset))
    this.#open = this.querySelector("[aria-current]")?.closest(".conv")
    this.scrollTop = Number(sessionStorage.getItem(PLACE) ?? 0) // each conversation is a page: the list stands where it stood
    addEventListener("pagehide", () => sessionStorage.setItem(PLACE, String(Math.round(this.scrollTop))))
    this.#title()
  }

  // What was missed is in the greeting, and counted there.
  #hear(name, act) {
    live.addEventListener(name, ({ detail }) => { if (!live.replays || !this.#told.has(detail.conversation ?? detail.conversation_id)) act(detail) })
  }

  get every() { return [...this.#every.values()] }

  // Rows as they stand below each other, drawn or not; where one filters, those that fit.
  get inOrder() { return [...this.#order.values()].flatMap((rows) => rows.filter((row) => begins(wordsOf(row), this.#wanted))) }

  #keep(row, section) {
    this.#every.set(row.dataset.conversation, row)
    this.#order.get(section).push(row)
    this.#home.set(row, section)
    this.#at.set(row, row.querySelector("time").getAttribute("datetime") ?? "")
  }

  #greeted({ conversations, here: present, typed }) {
    this.#told = new Set(conversations.map((one) => one.id))
    this.#more ||= !this.#behind && conversations.filter((one) => one.kind === "patient").length >= LISTED
    for (const one of conversations) this.#known(one)
    for (const row of this.every) this.#set(row.dataset.conversation, { typed: typed.includes(row.dataset.conversation) })
    for (const person of present) this.#here(person, true)
    if (this.#more) this.#draw(this.querySelector(`[data-section="${SECTION.patient}"]`)) // its end is looked for now
  }

  // A conversation as it stands now.
  #known(one) {
    const row = this.#row(one.id)
    if (!row) { this.#fresh(one); return }
    const newer = one.last_seq > Number(row.dataset.lastSeq)
    if (newer) row.dataset.lastSeq = one.last_seq
    if (one.last) row.dataset.said = one.last.status_words || one.last.kind_words // U17
    this.#set(one.id, { ...one, named: one.mentioned, last: newer ? one.last : undefined })
  }

  // One that is not in the list: asked for once, however much is said in it meanwhile.
  async #come(id) {
    if (this.#asked.has(id)) return
    this.#asked.add(id)
    try { this.#known(await live.ask("conversation.show", { conversation: id })) } catch { /* the next greeting tells */ }
    this.#asked.delete(id)
  }

  #spoken(message) {
    const row = this.#row(message.conversation)
    if (!row) { this.#come(message.conversation); return }
    const mine = message.author?.id === app.dataset.me
    if (message.seq <= Number(row.dataset.lastSeq)) return
    row.dataset.lastSeq = message.seq
    const last = { ...message, author: message.author?.name, internal: message.kind === "internal", status_words: "" }
    const named = !mine && message.pieces?.some((one) => one.mention && plain(app.dataset.meName).startsWith(plain(one.text.slice(1))))
    this.#set(message.conversation, { unread: mine ? 0 : this.#unread(row) + 1, last_at: message.created_at, last, named: named || undefined })
  }

  // What a row says last was changed, taken back, opened or answered.
  #changed(message) {
    const row = this.#row(message.conversation)
    if (!row || (this.#news.get(row)?.last?.id ?? row.dataset.last) !== message.id) return
    const status = message.status
    const words = status ? `${message.kind_words} ${status.words.toLowerCase()}` : ""
    const text = message.deleted_at ? "This message was taken back." : message.text
    this.#set(message.conversation, { last: { ...message, text, author: message.author?.name, internal: message.kind === "internal", status_words: words, failed: FAILED.has(status?.code) } })
  }

  // A conversation may come to be on top of every list that was in nobody's.
  #updated(news) {
    if (news.everybodys && !this.#row(news.conversation)) this.#come(news.conversation)
    else this.#set(news.conversation, news)
  }

  #fresh(one) {
    const row = conversationRow(one)
    this.#keep(row, this.#section(one)) // at the end, until nobody points at the list
    this.#draw(this.#home.get(row))
    this.#set(one.id, { ...one, named: one.mentioned })
  }

  // What is known anew about a row is shown in a moment.
  #set(id, { unread, named, pinned, muted, typed, everybodys, last_at, last }) {
    const row = this.#row(id)
    if (!row) return
    if (!this.#news.size) queueMicrotask(() => this.#show())
    const told = { unread, named: unread === 0 ? false : named, pinned, muted, typed, everybodys, last_at, last: last ?? undefined }
    const news = this.#news.get(row) ?? {}
    for (const [what, is] of Object.entries(told)) if (is !== undefined) news[what] = is
    this.#news.set(row, news)
  }

  // Words first, then places and counts, each once.
  #show() {
    const rows = [...this.#news].map(([row, news]) => ({ row, moved: this.#renew(row, news) }))
    this.#news.clear()
    this.#moved(rows.flatMap(({ row, moved }) => this.#place(row, moved)))
    this.#title()
  }

  #renew(row, news) {
    const moved = renew(row, news)
    if (moved) this.#at.set(row, news.last_at)
    return moved
  }

  #section(row) {
    const about = row.dataset ? { unread: this.#unread(row), muted: "muted" in row.dataset, pinned: "pinned" in row.dataset, everybodys: "everybodys" in row.dataset, kind: row.dataset.kind } : row
    const title = about.everybodys ? "Nobody has opened" : about.unread && !about.muted ? "Unread" : about.pinned ? "Pinned" : SECTION[about.kind]
    return this.querySelector(`[data-section="${title}"]`)
  }

  get #pointed() { return this.matches(":hover") || this.contains(document.activeElement) }

  // Returns the sections that change, as it belongs to another or comes to stand higher.
  #place(row, moved) {
    const section = this.#section(row)
    const home = this.#home.get(row)
    if (home === section && !moved) return []
    if (this.#pointed) { this.#waiting.add(row); return [] }
    if (home !== section) {
      this.#order.get(home).splice(this.#order.get(home).indexOf(row), 1)
      this.#order.get(section).push(row)
      this.#home.set(row, section)
    }
    return [home, section]
  }

  // What was said last stands on top.
  #moved(sections) {
    const newer = (one, other) => { const [a, b] = [this.#at.get(one), this.#at.get(other)]; return a > b ? -1 : a < b ? 1 : 0 }
    for (const section of new Set(sections)) {
      this.#order.get(section).sort(newer)
      this.#draw(section)
    }
    this.querySelector(".nobody").hidden = this.#every.size > 0
  }

  // Of the rows that fit as many as there is room for; those that stay are not touched.
  #draw(section) {
    const fitting = this.#order.get(section).filter((row) => begins(wordsOf(row), this.#wanted))
    const drawn = fitting.filter((row, place) => place < this.#room.get(section) || row === this.#open)
    const kept = new Set(drawn)
    for (const row of section.querySelectorAll(".conv")) if (!kept.has(row)) row.remove()
    let next = section.querySelector("h2").nextElementSibling
    for (const row of drawn) {
      if (row === next) next = next.nextElementSibling
      else section.insertBefore(row, next)
    }
    section.hidden = !drawn.length
    const end = fitting.length > drawn.length || this.#goesOn(section) ? drawn.at(-1) : undefined
    if (this.#ends.has(section)) this.#near.unobserve(this.#ends.get(section))
    this.#ends.delete(section)
    if (end) { this.#ends.set(section, end); this.#near.observe(end) }
  }

  #further(ends) {
    for (const section of new Set(ends.map(({ target }) => this.#home.get(target)))) {
      const room = this.#room.get(section)
      if (room >= this.#order.get(section).length && this.#goesOn(section)) { this.#earlier(section); continue }
      this.#room.set(section, room + AT_ONCE)
      this.#draw(section)
    }
  }

  // Of patients the greeting has the latest; who filters looks for others everywhere.
  #goesOn(section) { return this.#more && section.dataset.section === SECTION.patient && !this.#wanted.join("") }

  // A page further back. The rows stand at the end until nobody points at the list: none moves under the pointer.
  async #earlier(section) {
    this.#more = false // one at a time
    const found = await live.ask("conversation.earlier", this.#behind ? { behind: this.#behind } : {}).catch(() => null)
    this.#more = !found || found.conversations.length === LISTED
    if (!found) return // offline: the next greeting draws, and asks again
    this.#behind = found.conversations.at(-1)?.id ?? this.#behind
    for (const one of found.conversations) if (!this.#row(one.id)) this.#fresh(one)
    this.#room.set(section, this.#room.get(section) + found.conversations.length)
    this.#draw(section)
  }

  #settle() {
    if (this.#pointed || !this.#waiting.size) return
    const sections = [...this.#waiting].flatMap((row) => this.#place(row, true))
    this.#waiting.clear()
    this.#moved(sections)
  }

  // By keys: of the row that has the focus, else of the open conversation (U19).
  pin() { const row = this.#meant(); if (row) pin(row) }
  mute() { const row = this.#meant(); if (row) openQuiet(row) }

  #meant() { return document.activeElement.closest(".conv") ?? this.#open }

  #here(person, is) {
    const row = this.every.find((one) => one.dataset.person === person)
    if (row) here(row, is)
  }

  #row(id) { return this.#every.get(id) }
  #unread(row) { return this.#news.get(row)?.unread ?? unreadIn(row) }

  #title() {
    const all = this.every.filter((row) => !("muted" in row.dataset)).reduce((sum, row) => sum + this.#unread(row), 0)
    document.title = `${all ? `(${all}) ` : ""}${app.dataset.title || "Chat"} – Latchkey`
  }

  #filter(typed) {
    this.#wanted = parts(typed)
    for (const section of this.#order.keys()) {
      this.#room.set(section, AT_ONCE)
      this.#draw(section)
    }
    this.scrollTop = 0
    this.#elsewhere(typed.trim())
  }

  // The list has what is recent; who is not in it is looked for among all.
  #elsewhere(typed) {
    const place = document.getElementById("elsewhere")
    const found = this.inOrder.length
    place.hidden = !typed
    place.querySelector("p").hidden = found > 0
    place.querySelector("span").textContent = `Look for “${typed}” everywhere`
    clearTimeout(this.#telling)
    if (typed) this.#telling = setTimeout(() => say(found === 1 ? "1 conversation fits" : `${found || "No"} conversations fit`), RESTED)
  }

  // From the filter: Enter opens the first that fits, or looks elsewhere; down leads into the list.
  #chosen(event) {
    const first = this.querySelector(".conv .row")
    if (event.key === "ArrowDown" && first) first.focus()
    else if (event.key === "Enter" && event.target.value.trim()) (first ?? document.querySelector("#elsewhere button")).click()
    else return
    event.preventDefault()
  }
}

// Whether each typed word begins some word of a name, in any order (U35).
export function fits(name, typed) { return begins(parts(name), parts(typed)) }

function parts(text) { return plain(text).trim().split(/\s+/) }

function wordsOf(row) {
  if (!spelt.has(row)) spelt.set(row, parts(row.dataset.title))
  return spelt.get(row)
}

function begins(words, wanted) { return wanted.every((part) => words.some((word) => word.startsWith(part))) }

export async function open(who) {
  const asked = who.staff ? { staff: who.staff } : who.group ? { group: who.group } : { patient: who.patient }
  try { location.href = `/c/${(await live.ask("conversation.open", asked)).id}` } catch (error) { complain(error.message) }
}

customElements.define("conversation-list", ConversationList)
