// <conversation-list>: sections that rows move between, counts that agree, a filter; the row under the pointer or with
// the focus never moves (U16-U20).
import { live } from "./live.js"
import { openMenu } from "./menu.js"
import { clone } from "./rows.js"
import { say } from "./say.js"
import { initials, inWords, localise } from "./shown.js"

const KIND = { patient: "patient", direct: "colleague", group: "group" }
const SECTION = { patient: "Patients", direct: "Colleagues", group: "Groups" }
const app = document.querySelector(".app")
const spelt = new WeakMap() // row -> the words of its name, as they are looked for
const plain = (text) => text.toLocaleLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")

export class ConversationList extends HTMLElement {
  #waiting = new Set() // rows that will move once nobody points at the list
  #news = new Map() // what is known anew of rows and not shown yet: what comes together changes each row once (U98)
  #told = new Set() // conversations that the last greeting told of
  #asked = new Set() // conversations that are new here and asked for

  connectedCallback() {
    localise(this)
    const filter = document.getElementById("filter")
    filter.addEventListener("focus", () => { for (const row of this.#rows) wordsOf(row) })
    filter.addEventListener("input", () => this.#filter(filter.value))
    this.addEventListener("click", (event) => { const more = event.target.closest(".more"); if (more) this.#menu(more) })
    for (const left of ["pointerleave", "focusout"]) this.addEventListener(left, () => setTimeout(() => this.#settle()))
    this.#hear("message.created", (message) => this.#spoken(message))
    this.#hear("read.updated", ({ conversation_id, unread }) => this.#set(conversation_id, { unread }))
    this.#hear("conversation.updated", (news) => this.#updated(news))
    this.#hear("draft.updated", ({ conversation, typed }) => this.#set(conversation, { typed }))
    live.addEventListener("message.updated", ({ detail }) => this.#changed(detail))
    live.addEventListener("presence", (event) => this.#here(event.detail.who, event.detail.here))
    live.addEventListener("ready", (event) => this.#greeted(event.detail))
    for (const button of document.querySelectorAll(".start")) button.addEventListener("click", () => open(button.dataset))
    this.#title()
  }

  // What was missed is in the greeting, and counted there.
  #hear(name, act) {
    live.addEventListener(name, ({ detail }) => { if (!live.replays || !this.#told.has(detail.conversation ?? detail.conversation_id)) act(detail) })
  }

  get #rows() { return [...this.querySelectorAll(".conv")] }

  #greeted({ conversations, here, typed }) {
    this.#told = new Set(conversations.map((one) => one.id))
    for (const one of conversations) this.#known(one)
    for (const row of this.#rows) this.#set(row.dataset.conversation, { typed: typed.includes(row.dataset.conversation) })
    for (const person of here) this.#here(person, true)
  }

  // A conversation as it stands now.
  #known(one) {
    const row = this.#row(one.id)
    if (!row) { this.#fresh(one); return }
    const newer = one.last_seq > Number(row.dataset.lastSeq)
    if (newer) row.dataset.lastSeq = one.last_seq
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
    this.#set(message.conversation, { last: { ...message, text, author: message.author?.name, internal: message.kind === "internal", status_words: words } })
  }

  // A conversation may come to be on top of every list that was in nobody's.
  #updated(news) {
    if (news.everybodys && !this.#row(news.conversation)) this.#come(news.conversation)
    else this.#set(news.conversation, news)
  }

  #fresh(one) {
    const row = clone("t-conversation")
    Object.assign(row.dataset, { conversation: one.id, kind: one.kind, title: one.title, lastSeq: one.last_seq, person: one.kind === "direct" ? one.members.find((member) => member !== app.dataset.me) ?? "" : "" })
    row.querySelector("a").href = `/c/${one.id}`
    row.querySelector("bdi").textContent = one.title
    const face = row.querySelector(".face")
    face.className = `face ${{ patient: "face-p", group: "face-g", direct: "" }[one.kind]}`
    face.textContent = initials(one.title)
    row.querySelector(".more").setAttribute("aria-label", `Options for ${one.title}`)
    this.#section(one).append(row)
    this.#set(one.id, { ...one, named: one.mentioned })
  }

  #last(row, last) {
    const said = document.createElement("span")
    said.textContent = (last.author && row.dataset.kind === "group" ? `${last.author.split(" ")[0]}: ` : "") + last.text
    const kind = document.createElement("span")
    kind.className = `kind kind-${last.form ? "form" : { sms: "sms", email: "email", direct: "dm" }[last.kind] ?? "internal"}`
    if (!last.internal) kind.append(document.getElementById(`t-icon-${last.form ? "form" : last.kind}`).content.cloneNode(true))
    row.querySelector(".last").replaceChildren(...(last.internal ? [said] : [kind, said]))
    row.dataset.last = last.id
    row.dataset.said = last.status_words || last.kind_words
  }

  // What is known anew about a row: unread, named, pinned, muted, when.
  #set(id, { unread, named, pinned, muted, typed, everybodys, last_at, last }) {
    const row = this.#row(id)
    if (!row) return
    if (!this.#news.size) queueMicrotask(() => this.#show())
    const told = { unread, named: unread === 0 ? false : named, pinned, muted, typed, everybodys, last_at, last: last ?? undefined }
    const news = this.#news.get(row) ?? {}
    for (const [what, is] of Object.entries(told)) if (is !== undefined) news[what] = is
    this.#news.set(row, news)
  }

  // Words first, then places and counts, each once; what was said last comes to stand on top.
  #show() {
    const rows = [...this.#news].map(([row, news]) => ({ row, moved: this.#fill(row, news), at: news.last_at ?? "" }))
    this.#news.clear()
    rows.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    if (rows.filter(({ row, moved }) => this.#place(row, moved)).length) this.#sections()
    this.#title()
  }

  // Returns whether something was said that brings the row to the top.
  #fill(row, { unread, named, pinned, muted, typed, everybodys, last_at, last }) {
    if (last) this.#last(row, last)
    if (pinned !== undefined) row.toggleAttribute("data-pinned", pinned)
    if (everybodys !== undefined) row.toggleAttribute("data-everybodys", everybodys)
    if (muted !== undefined) row.toggleAttribute("data-muted", muted)
    if (unread !== undefined) {
      const count = row.querySelector(".count")
      count.hidden = !unread
      count.textContent = String(unread)
      row.querySelector(".row").classList.toggle("unread", unread > 0)
    }
    if (named !== undefined) row.querySelector(".named").hidden = !named
    if (typed !== undefined) row.querySelector(".typed").hidden = !typed
    const time = row.querySelector("time")
    const moved = last_at && last_at !== time.getAttribute("datetime")
    if (moved) { time.setAttribute("datetime", last_at); time.textContent = inWords(last_at) }
    row.querySelector(".row").setAttribute("aria-label", this.#name(row, time))
    return moved
  }

  #name(row, time) {
    const named = row.querySelector(".named").hidden ? "" : "you are named"
    const typed = row.querySelector(".typed").hidden ? "" : "a draft waits"
    const here = row.classList.contains("here") ? "here now" : ""
    const unread = this.#unread(row) ? `${this.#unread(row)} unread` : ""
    return [row.dataset.title, KIND[row.dataset.kind], here, unread, "everybodys" in row.dataset ? "nobody has opened it" : "", named, typed, "muted" in row.dataset ? "muted" : "", row.dataset.said, time.textContent].filter(Boolean).join(", ")
  }

  #section(row) {
    const about = row.dataset ? { unread: this.#unread(row), muted: "muted" in row.dataset, pinned: "pinned" in row.dataset, everybodys: "everybodys" in row.dataset, kind: row.dataset.kind } : row
    const title = about.everybodys ? "Nobody has opened" : about.unread && !about.muted ? "Unread" : about.pinned ? "Pinned" : SECTION[about.kind]
    return this.querySelector(`[data-section="${title}"]`)
  }

  // Returns whether it went to another place.
  #place(row, moved) {
    const section = this.#section(row)
    if (row.parentElement === section && !moved) return false
    if (this.matches(":hover") || this.contains(document.activeElement)) { this.#waiting.add(row); return false }
    section.querySelector("h2").after(row)
    return true
  }

  #hideEmpty() { for (const one of this.querySelectorAll("section")) one.hidden = !one.querySelector(".conv:not([hidden])") }

  #sections() {
    this.#hideEmpty()
    this.querySelector(".nobody").hidden = this.#rows.length > 0
  }

  #settle() {
    if (this.matches(":hover") || this.contains(document.activeElement)) return
    if (!this.#waiting.size) return
    for (const row of this.#waiting) this.#place(row, true)
    this.#waiting.clear()
    this.#sections()
  }

  // By keys: of the row that has the focus, else of the open conversation (U19).
  pin() { const row = this.#meant(); if (row) this.#pin(row) }
  mute() { const row = this.#meant(); if (row) openMenu(row.querySelector(".more"), this.#quiet(row), `Mute ${row.dataset.title}`) }

  #meant() { return document.activeElement.closest(".conv") ?? this.querySelector(".row[aria-current]")?.closest(".conv") }

  #ask(row, op, fields) { return live.ask(op, { conversation: row.dataset.conversation, ...fields }).catch(() => {}) }

  #pin(row) {
    const on = !("pinned" in row.dataset)
    this.#ask(row, "conversation.pin", { on }).then((done) => { if (done !== undefined) say(on ? "Pinned" : "Taken from the top") })
  }

  #quiet(row) {
    const item = (label, quiet) => ({ label, run: () => this.#ask(row, "conversation.mute", { quiet }) })
    return "muted" in row.dataset ? [item("Hear it again", "off")] : [item("Mute for 1 hour", "hour"), item("Mute until tomorrow", "tomorrow"), item("Mute always", "always")]
  }

  #menu(button) {
    const row = button.closest(".conv")
    openMenu(button, [
      { label: "pinned" in row.dataset ? "Take from the top" : "Pin to the top", run: () => this.#pin(row) },
      { label: "Mark as unread", run: () => { if (row.querySelector("[aria-current]")) document.querySelector("message-list").hold(); this.#ask(row, "conversation.unread", { seq: Number(row.dataset.lastSeq) }) } },
      ...this.#quiet(row),
    ], `Options for ${row.dataset.title}`)
  }

  #here(person, here) {
    const row = this.#rows.find((one) => one.dataset.person === person)
    row?.classList.toggle("here", here)
    if (row) row.querySelector(".row").setAttribute("aria-label", this.#name(row, row.querySelector("time")))
  }

  #row(id) { return this.querySelector(`[data-conversation="${CSS.escape(id)}"]`) }
  #unread(row) { return this.#news.get(row)?.unread ?? (Number.parseInt(row.querySelector(".count").textContent, 10) || 0) }

  #title() {
    const all = this.#rows.filter((row) => !("muted" in row.dataset)).reduce((sum, row) => sum + this.#unread(row), 0)
    document.title = `${all ? `(${all}) ` : ""}${app.dataset.title || "Chat"} – Latchkey`
  }

  #filter(typed) {
    const wanted = parts(typed)
    for (const row of this.#rows) row.hidden = !begins(wordsOf(row), wanted)
    this.#hideEmpty()
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
  const opened = await live.ask("conversation.open", asked)
  location.href = `/c/${opened.id}`
}

customElements.define("conversation-list", ConversationList)
