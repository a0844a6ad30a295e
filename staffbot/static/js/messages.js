// <message-list>: a window of at most 400 rows on the open conversation, moved by keyset both ways; what happens above or
// below never moves the line under the eye (U22-U28).
import { live } from "./live.js"
import { arrangeDays, fill, messageRow } from "./rows.js"
import { say } from "./say.js"
import { localise } from "./shown.js"

const MOST_ROWS = 400
const PAGE = 100
const LINKED = /^#m-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const SOON = 20 // ms in which what arrives becomes rows at once: after a break 500 come together (U98)
const NEAR = 900 // px from an end at which the next page is asked for
const app = document.querySelector(".app")
const newest = document.getElementById("newest")

// The last of rows, which stand one below the other, that begins above a height; asked of ten rows of 400, not of all.
function lastAbove(rows, height) {
  let [from, to] = [0, rows.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (rows[middle].getBoundingClientRect().top < height) from = middle + 1
    else to = middle
  }
  return rows[from - 1]
}

export class MessageList extends HTMLElement {
  #inner = null
  #last = Number(app.dataset.lastSeq) // the newest number of the conversation, in the window or not
  #seen = 0 // the newest number that was before somebody's eyes
  #held = false // marked unread: nothing is read by itself until one leaves
  #loading = null
  #coming = [] // arrived, not shown yet
  #moving = new Set() // of these, whose delivery moved meanwhile
  #resting = null

  connectedCallback() {
    this.#inner = this.querySelector(".log-in")
    localise(this)
    const linked = LINKED.test(location.hash)
    const wanted = linked && document.getElementById(location.hash.slice(1))
    const line = document.getElementById("new")
    if (wanted) this.#show(wanted)
    else if (line) this.scrollTop = line.offsetTop - this.clientHeight / 3
    else this.scrollTop = this.scrollHeight
    this.addEventListener("scroll", () => this.#scrolled(), { passive: true })
    newest.addEventListener("click", () => this.toNewest())
    live.addEventListener("message.created", ({ detail }) => {
      if (detail.conversation === app.dataset.conversation && this.#coming.push(detail) === 1) setTimeout(() => this.#arrive(), SOON)
    })
    live.addEventListener("message.updated", (event) => this.#changed(event.detail))
    live.addEventListener("delivery.updated", (event) => this.#moved(event.detail))
    if (linked && !wanted) live.addEventListener("ready", () => this.#linked(), { once: true })
    addEventListener("hashchange", () => this.#linked())
    live.addEventListener("ready", (event) => { this.#look(); if (event.detail.again) this.#reload(event.detail.resync) })
    document.addEventListener("visibilitychange", () => this.#look())
    this.#scrolled()
  }

  get rows() { return [...this.#inner.querySelectorAll(".msg:not(.waiting)")] }
  get #first() { return this.#inner.querySelector(".msg") }
  get #end() {
    let row = this.#inner.lastElementChild
    while (row && !row.matches(".msg:not(.waiting)")) row = row.previousElementSibling
    return row ?? undefined
  }
  get #from() { return Number(app.dataset.after) }  // what stands up to it was said before this person came
  get #complete() { return Math.max(this.#from, Number(this.#end?.dataset.seq ?? 0)) >= this.#last }
  get #atEnd() { return this.#complete && this.scrollHeight - this.scrollTop - this.clientHeight < 80 }

  hold() { this.#held = true }

  // Everything counts as read, also what stands below the eye.
  read() {
    if (!this.#held && this.#last <= Number(app.dataset.read)) return
    this.#held = false
    this.#seen = this.#last
    app.dataset.read = Math.min(Number(app.dataset.read), this.#last - 1)
    document.getElementById("new")?.remove()
    this.#scrolled()
    this.#look()
    say("Marked as read")
  }

  // Puts a message into its place; the same one twice is one row.
  add(message) {
    const known = document.getElementById(`m-${message.id}`)
    if (known) { fill(known, message); return known }
    const follow = this.#atEnd || message.author?.id === app.dataset.me
    if (!this.#complete) this.#inner.replaceChildren()
    this.#last = Math.max(this.#last, message.seq)
    const row = messageRow(message)
    this.#inner.querySelector(".nothing")?.remove()
    const after = this.rows.reverse().find((one) => Number(one.dataset.seq) < message.seq)
    this.#still(() => { after ? after.after(row) : this.#inner.prepend(row); this.#trim("above", follow) })
    if (follow) this.scrollTop = this.scrollHeight
    this.#scrolled()
    return row
  }

  // A row of what could not go yet: after all others, without a number.
  wait(message) {
    const row = messageRow(message)
    row.classList.add("waiting")
    this.#inner.append(row)
    this.scrollTop = this.scrollHeight
    return row
  }

  async toNewest() {
    if (!this.#complete) await this.#open({})
    this.scrollTop = this.scrollHeight
  }

  // The message of a number stands in the middle, loaded when it is not there.
  async to(seq) {
    const there = () => this.#inner.querySelector(`.msg[data-seq="${seq}"]`)
    if (!there()) await this.#open({ before: seq + PAGE / 2 })
    if (there()) this.#show(there())
  }

  // A link leads to a message that need not be in the window: where it stands is asked for.
  async #linked() {
    const [, id] = LINKED.exec(location.hash) ?? []
    if (!id) return
    const row = document.getElementById(`m-${id}`)
    if (row) { this.#show(row); return }
    const message = await live.ask("message.show", { message: id }).catch(() => null)
    if (message?.conversation === app.dataset.conversation) await this.to(message.seq)
    else say("The message of this link is not in this conversation.")
  }

  #show(row) {
    row.scrollIntoView({ block: "center" })
    row.classList.add("fresh")
    row.focus({ preventScroll: true })
  }

  // What came stands at the end, if the end is in the window: as much of it as there is room for where one reads above.
  #arrive() {
    const came = this.#coming.sort((one, other) => one.seq - other.seq)
    this.#coming = []
    const [follows, atEnd, hidden] = [this.#complete, this.#atEnd, document.visibilityState !== "visible"]
    const mine = (message) => message.author?.id === app.dataset.me
    const next = []
    let end = this.#end ? Number(this.#end.dataset.seq) : came[0].seq - 1
    for (const one of came) {
      if (!follows || one.seq > end + 1) break
      next.push(one)
      end = Math.max(end, one.seq)
    }
    this.#last = Math.max(this.#last, came.at(-1).seq)
    const unseen = next.filter((one) => !document.getElementById(`m-${one.id}`))
    const follow = atEnd || unseen.some(mine)
    const rows = (follow ? unseen.slice(-MOST_ROWS) : unseen.slice(0, Math.max(0, MOST_ROWS - this.rows.length))).map(messageRow)
    if (rows.length) {
      this.#inner.querySelector(".nothing")?.remove()
      this.#still(() => { this.#end ? this.#end.after(...rows) : this.#inner.prepend(...rows); this.#trim("above", follow) })
      const first = rows.find((row) => row.dataset.author !== app.dataset.me)
      if (first?.isConnected && (hidden || !follow)) this.#line(first)
      if (follow) this.scrollTop = this.scrollHeight
    }
    this.#scrolled()
    if (follows && next.length < came.length) this.#newer()
    for (const one of came) if (!mine(one)) say(`${one.author?.name ?? app.dataset.title}: ${one.text}`)
    for (const message of this.#moving) this.#moved({ message })
    this.#moving.clear()
    this.#look()
  }

  #line(row) {
    if (document.getElementById("new")) return
    const line = document.createElement("p")
    line.id = "new"
    line.className = "day new"
    line.append(Object.assign(document.createElement("span"), { textContent: "New" }))
    this.#still(() => row.before(line))
  }

  // What is not shown yet is shown as it is by then.
  #changed(message) {
    const at = this.#coming.findIndex((one) => one.id === message.id)
    if (at >= 0) this.#coming[at] = message
    const row = document.getElementById(`m-${message.id}`)
    if (row && !row.querySelector("form")) this.#still(() => fill(row, message))
  }

  // A status moved: the row shows a release's words where there is one, so it asks for the message anew.
  async #moved({ message }) {
    const row = document.getElementById(`m-${message}`)
    if (!row && this.#coming.some((one) => one.id === message)) this.#moving.add(message)
    if (!row) return
    const { messages } = await this.#history({ after: Number(row.dataset.seq) - 1, limit: 1 })
    if (messages[0]?.id === message) this.#changed(messages[0])
  }

  // The eye's row keeps its pixel while rows come and go.
  #still(change) {
    const top = this.getBoundingClientRect().top
    const eye = this.rows.find((row) => row.getBoundingClientRect().bottom > top)
    const before = eye?.getBoundingClientRect().top
    change()
    arrangeDays(this.#inner)
    if (eye?.isConnected) this.scrollTop += eye.getBoundingClientRect().top - before
  }

  #trim(side, allowed = true) {
    const rows = this.rows
    if (!allowed) return
    for (const row of side === "above" ? rows.slice(0, Math.max(0, rows.length - MOST_ROWS)) : rows.slice(MOST_ROWS)) row.remove()
  }

  #scrolled() {
    const below = this.getBoundingClientRect().bottom
    const lowest = this.#atEnd ? this.#end : lastAbove(this.rows, below - 20)
    const seq = Number(lowest?.dataset.seq ?? 0)
    if (document.visibilityState === "visible") this.#seen = Math.max(this.#seen, seq)
    const waiting = Math.max(0, this.#last - Math.max(seq, this.#seen))
    newest.hidden = this.#complete && this.scrollHeight - this.scrollTop - this.clientHeight < 400
    newest.querySelector("span").textContent = waiting ? `${waiting} new below` : "Newest"
    if (this.scrollTop < NEAR) this.#older()
    if (!this.#complete && this.scrollHeight - this.scrollTop - this.clientHeight < NEAR) this.#newer()
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.#look(), 150)
  }

  #older() {
    const seq = Number(this.#first?.dataset.seq ?? 0)
    if (seq > this.#from + 1) this.#once(() => this.#history({ before: seq }), (rows) => { this.#inner.prepend(...rows); this.#trim("below") })
  }

  #newer() {
    const seq = Number(this.#end?.dataset.seq ?? 0)
    this.#once(() => this.#history({ after: seq }), (rows) => { this.#inner.append(...rows); this.#trim("above") })
  }

  async #once(ask, put) {
    if (this.#loading || !live.ready) return
    try {
      this.#loading = ask()
      const { messages } = await this.#loading
      const fresh = messages.filter((one) => !document.getElementById(`m-${one.id}`))
      if (!fresh.length) return
      this.#still(() => put(fresh.map(messageRow)))
    } catch { return } finally { this.#loading = null }
    this.#scrolled()
  }

  async #open(where) {
    const { messages } = await this.#history(where)
    this.#inner.replaceChildren(...messages.map(messageRow))
    if (!("before" in where)) this.#last = Math.max(this.#last, Number(this.#end?.dataset.seq ?? 0))
    arrangeDays(this.#inner)
  }

  #history(where) { return live.ask("conversation.history", { conversation: app.dataset.conversation, limit: PAGE, ...where }) }

  // After a break everything missed came as events, unless it was too much: then the window is read anew.
  async #reload(resync) {
    if (!resync) return
    const { messages } = await this.#history({ limit: 1 })
    this.#last = Math.max(this.#last, messages.at(-1)?.seq ?? 0)
    this.#scrolled()
  }

  #look() {
    if (document.visibilityState !== "visible" || this.#held || !live.ready || this.#seen <= Number(app.dataset.read)) return
    app.dataset.read = this.#seen
    live.ask("conversation.read", { conversation: app.dataset.conversation, up_to: this.#seen }).catch(() => {})
  }
}

customElements.define("message-list", MessageList)
