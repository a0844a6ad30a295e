// <message-list>: a window of at most 280 rows on the open conversation, moved by keyset both ways; what happens above or
// below never moves the line under the eye (U22-U28).
import { live } from "./live.js"
import { arrange, fill, messageRow, rowFrom } from "./rows.js"
import { arrived, say } from "./say.js"
import { localise, ofTheDay } from "./shown.js"

const MOST_ROWS = 280 // each costs, seen or not; what is loaded above and below the eye fits (U26: 400 at most)
const SCREENFUL = 40 // rows that are drawn first of what was missed (U98)
const PAGE = 100
const LINKED = /^#m-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const SOON = 20 // ms in which what arrives becomes rows at once: after a break 500 come together (U98)
// px from an end at which the next page is asked for. Twice as much, a page and the largest screen fit into the rows that
// are kept, of one line each: else what is let go below would be asked for again at once.
const NEAR = 2800
// Rows of a page that come into the window in one go: what that costs once is more than what a row costs. A machine that
// takes longer than a frame for a few gets more of them, less often (U26).
const HELPING = { quick: 12, slow: 50 }
const SLOW = 30 // ms from a helping until it is drawn
const SPARE = { timeout: 50 } // ms
const LEFT = 3 // ms of a frame: less is too little for a row on a slow machine
const AT_LEAST = 3 // rows that are made in one go where frames leave nothing over
const DRAWN = 40 // ms in which a screenful is before one's eyes
const GLANCE = 100 // ms of scrolling after which what was seen is noted
const app = document.querySelector(".app")
const newest = document.getElementById("newest")

// The last of rows and of all that stands between them that begins above a height; asked of nine of them, not of all.
function lastAbove(rows, height) {
  let [from, to] = [0, rows.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (rows[middle].getBoundingClientRect().top < height) from = middle + 1
    else to = middle
  }
  return rows[from - 1]
}

// When what was changed stands on the screen; in a page that nobody sees nothing is drawn.
function drawn() {
  return new Promise((done) => {
    setTimeout(done, 2 * GLANCE)
    requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = done; port2.postMessage(null) })
  })
}

// What is left of a frame once it is drawn.
const spare = () => new Promise((done) => { globalThis.requestIdleCallback ? requestIdleCallback(done, SPARE) : setTimeout(done, 8, null) })

export class MessageList extends HTMLElement {
  #inner = null
  #last = Number(app.dataset.lastSeq) // the newest number of the conversation, in the window or not
  #seen = 0 // the newest number that was before somebody's eyes
  #held = false // marked unread: nothing is read by itself until one leaves
  #loading = null
  #coming = [] // arrived, not shown yet
  #pending = [] // of a page, not shown yet
  #helping = HELPING.quick
  #moving = new Set() // of these, whose delivery moved meanwhile
  #resting = null
  #glance = null
  #owed = 0 // px, less than one
  #rests = false // at the end, where it stays when the window or the box below changes its size
  #begins = 0 // the number of the first new message, while its row is not in the window
  #window = 0 // a number for the stretch of messages that is shown: what was asked for another one is let go

  constructor() {
    super()
    this.#inner = this.querySelector(".log-in")
    localise(this, ofTheDay)
    const linked = LINKED.test(location.hash)
    const wanted = linked && document.getElementById(location.hash.slice(1))
    const line = document.getElementById("new")
    if (wanted) this.#bring(wanted)
    else if (line) this.scrollTop = line.offsetTop - this.clientHeight / 3
    else this.scrollTop = this.scrollHeight
    this.addEventListener("scroll", () => this.#scrolling(), { passive: true })
    new ResizeObserver(() => { if (this.#rests) this.scrollTop = this.scrollHeight }).observe(this)
    newest.addEventListener("click", () => this.toNewest())
    live.addEventListener("message.created", ({ detail }) => {
      if (detail.conversation === app.dataset.conversation && this.#coming.push(detail) === 1) setTimeout(() => this.#arrive(), SOON)
    })
    live.addEventListener("message.updated", (event) => this.#changed(event.detail))
    live.addEventListener("delivery.updated", (event) => this.#moved(event.detail))
    if (linked && !wanted) live.addEventListener("ready", () => this.#linked(), { once: true })
    addEventListener("hashchange", () => this.#linked())
    live.addEventListener("ready", (event) => this.#ready(event.detail))
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
    this.#still(() => document.getElementById("new")?.remove())
    this.#scrolled()
    this.#look()
    say("Marked as read")
  }

  // Puts a message into its place; the same one twice is one row.
  add(message) {
    const known = document.getElementById(`m-${message.id}`)
    if (known) { fill(known, message); return known }
    const follow = this.#atEnd || message.author?.id === app.dataset.me
    if (!this.#complete) this.#show([])
    this.#last = Math.max(this.#last, message.seq)
    const row = messageRow(message)
    this.#inner.querySelector(".nothing")?.remove()
    const after = this.rows.reverse().find((one) => Number(one.dataset.seq) < message.seq)
    this.#put([row], () => after ? after.after(row) : this.#inner.prepend(row), follow && "above")
    if (follow) this.scrollTop = this.scrollHeight
    this.#scrolled()
    return row
  }

  // A row of what could not go yet: after all others, without a number.
  wait(message) {
    const row = messageRow(message)
    row.classList.add("waiting")
    this.#inner.append(row)
    arrange(this.#inner)
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
    if (there()) this.#bring(there())
  }

  // A link leads to a message that need not be in the window: where it stands is asked for.
  async #linked() {
    const [, id] = LINKED.exec(location.hash) ?? []
    if (!id) return
    const row = document.getElementById(`m-${id}`)
    if (row) { this.#bring(row); return }
    const message = await live.ask("message.show", { message: id }).catch(() => null)
    if (message?.conversation === app.dataset.conversation) await this.to(message.seq)
    else say("The message of this link is not in this conversation.")
  }

  #bring(row) {
    row.scrollIntoView({ block: "center" })
    row.classList.add("fresh")
    row.focus({ preventScroll: true })
  }

  #mine(message) { return message.author?.id === app.dataset.me }

  // What came stands at the end, if the end is in the window: as much of it as there is room for where one reads above.
  #arrive() {
    const came = this.#coming.sort((one, other) => one.seq - other.seq)
    this.#coming = []
    const [follows, atEnd, hidden] = [this.#complete, this.#atEnd, document.visibilityState !== "visible"]
    const next = []
    let end = this.#end ? Number(this.#end.dataset.seq) : came[0].seq - 1
    for (const one of came) {
      if (!follows || one.seq > end + 1) break
      next.push(one)
      end = Math.max(end, one.seq)
    }
    this.#last = Math.max(this.#last, came.at(-1).seq)
    const unseen = next.filter((one) => !document.getElementById(`m-${one.id}`))
    const follow = atEnd || unseen.some((one) => this.#mine(one))
    if (follow && unseen.length > SCREENFUL) { this.#catchUp(unseen); return }
    const rows = (follow ? unseen.slice(-MOST_ROWS) : unseen.slice(0, Math.max(0, MOST_ROWS - this.rows.length))).map(messageRow)
    if (rows.length) {
      this.#inner.querySelector(".nothing")?.remove()
      this.#put(rows, () => this.#append(rows), follow && "above")
      const first = rows.find((row) => row.dataset.author !== app.dataset.me)
      if (first?.isConnected && (hidden || !follow)) this.#line(first)
      if (follow) this.scrollTop = this.scrollHeight
    }
    this.#scrolled()
    if (follows && next.length < came.length) this.#newer()
    this.#told(came)
  }

  // Much was missed: the newest stands before one's eyes at once, what is above follows, and where one left off it says so.
  #catchUp(unseen) {
    const rest = unseen.slice(-MOST_ROWS)
    this.#begins = unseen.find((one) => !this.#mine(one))?.seq ?? 0
    document.getElementById("new")?.remove()
    this.#show(rest.splice(-SCREENFUL).map(messageRow))
    arrange(this.#inner)
    this.scrollTop = this.scrollHeight
    this.#pending = rest
    this.#upward(() => new Promise((done) => setTimeout(() => done({ messages: rest }), DRAWN)), 2 * SCREENFUL)
    this.#scrolled()
    this.#told(unseen)
  }

  #told(came) {
    for (const one of came) if (!this.#mine(one)) arrived(`${one.author?.name ?? app.dataset.title}: ${one.text}`)
    this.#settle()
    this.#look()
  }

  // What moved before it was shown is asked for now.
  #settle() {
    const moved = [...this.#moving]
    this.#moving.clear()
    for (const message of moved) this.#moved({ message })
  }

  // The line before the first new one, once that is in the window.
  #begin(rows) {
    const row = rows.find((one) => Number(one.dataset.seq) === this.#begins)
    if (!row) return
    this.#begins = 0
    this.#line(row)
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
    for (const some of [this.#coming, this.#pending]) {
      const at = some.findIndex((one) => one.id === message.id)
      if (at >= 0) some[at] = message
    }
    const row = document.getElementById(`m-${message.id}`)
    if (row) this.#still(() => fill(row, message))
  }

  // A status moved: the row shows a release's words where there is one, so it asks for the message anew.
  async #moved({ message }) {
    const row = document.getElementById(`m-${message}`)
    if (!row && [...this.#coming, ...this.#pending].some((one) => one.id === message)) this.#moving.add(message)
    if (!row) return
    try {
      const { messages } = await this.#history({ after: Number(row.dataset.seq) - 1, limit: 1 })
      if (messages[0]?.id === message) this.#changed(messages[0])
    } catch { this.#moving.add(message) } // asked again when back
  }

  // The eye's row keeps its pixel while rows come and go. What a change touched it returns: days and heads are looked at there.
  #still(change) {
    const top = this.getBoundingClientRect().top
    const above = lastAbove(this.#inner.children, top) // or the one that the upper edge cuts
    const cut = above?.getBoundingClientRect().bottom > top
    const eye = rowFrom(cut ? above : above ? above.nextElementSibling : this.#inner.firstElementChild, "nextElementSibling")
    const text = () => (eye.querySelector(".msg-body") ?? eye).getBoundingClientRect().top // its head may come or go
    const before = eye && text()
    arrange(this.#inner, change())
    if (!eye?.isConnected) return
    const off = () => text() - before + this.#owed
    this.scrollTop += off()
    this.#owed = off() // a list scrolls by whole pixels: what is left over is made good the next time
  }

  // New rows are put into their place, others let go. Touched are the first of the window, these, and the one below them.
  #put(rows, place, side) {
    this.#still(() => {
      place()
      if (side) this.#trim(side)
      return [this.#first, ...rows, rowFrom(rows.at(-1).nextElementSibling, "nextElementSibling")].filter((one) => one?.isConnected)
    })
  }

  #append(rows) { this.#end ? this.#end.after(...rows) : this.#inner.prepend(...rows) }

  #trim(side) {
    const rows = this.rows
    for (const row of side === "above" ? rows.slice(0, Math.max(0, rows.length - MOST_ROWS)) : rows.slice(MOST_ROWS)) row.remove()
  }

  // Cheap, for it is done each frame.
  #scrolling() {
    this.#reach()
    if (this.#glance) return
    this.#glance = setTimeout(() => { this.#glance = null; this.#note() }, GLANCE)
  }

  #scrolled() {
    this.#note()
    this.#reach()
  }

  #reach() {
    const top = this.scrollTop
    this.#rests = this.#atEnd
    if (top < NEAR) this.#older()
    if (!this.#complete && this.scrollHeight - top - this.clientHeight < NEAR) this.#newer()
  }

  // What is before one's eyes was seen; how many wait below is said.
  #note() {
    if (!this.isConnected) return // the page is covered
    const below = this.getBoundingClientRect().bottom
    let lowest = this.#atEnd ? this.#end : lastAbove(this.#inner.children, below - 20)
    while (lowest && !lowest.matches(".msg:not(.waiting)")) lowest = lowest.previousElementSibling
    const seq = Number(lowest?.dataset.seq ?? 0)
    if (document.visibilityState === "visible") this.#seen = Math.max(this.#seen, seq)
    const waiting = Math.max(0, this.#last - Math.max(seq, this.#seen))
    const hidden = this.#complete && this.scrollHeight - this.scrollTop - this.clientHeight < 400
    const words = waiting ? `${waiting} new below` : "Newest"
    const said = newest.querySelector("span")
    if (newest.hidden !== hidden) newest.hidden = hidden
    if (said.textContent !== words) said.textContent = words
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.#look(), 150)
  }

  #older() {
    const seq = Number(this.#first?.dataset.seq ?? 0)
    if (seq <= this.#from + 1) return
    this.#upward(() => this.#history({ before: seq }))
  }

  #upward(ask, atOnce = 0) {
    const put = (rows) => this.#put(rows, () => this.#inner.prepend(...rows), "below")
    this.#once(ask, (fresh) => fresh.slice(-(atOnce || this.#helping)), put)
  }

  #newer() {
    const seq = Number(this.#end?.dataset.seq ?? 0)
    const put = (rows) => this.#put(rows, () => this.#append(rows), "above")
    this.#once(() => this.#history({ after: seq }), (fresh) => fresh.slice(0, this.#helping), put)
  }

  // A page, taken into the window a helping at a time: its rows are made in what frames leave over, then stand there at once.
  async #once(ask, part, put) {
    if (this.#loading || !live.ready) return
    const stretch = this.#window
    try {
      this.#loading = ask()
      const { messages } = await this.#loading
      const fresh = messages.filter((one) => !document.getElementById(`m-${one.id}`))
      if (!fresh.length) return
      this.#pending = fresh
      while (fresh.length) {
        const made = await this.#made(part(fresh))
        if (stretch !== this.#window) break
        const next = part(fresh).filter((one) => fresh.splice(fresh.indexOf(one), 1) && !document.getElementById(`m-${one.id}`))
        const rows = next.map((one) => made.get(one) ?? messageRow(one)) // what changed meanwhile is another message
        const began = performance.now()
        if (rows.length) put(rows)
        this.#begin(rows)
        await drawn()
        this.#helping = performance.now() - began > SLOW ? HELPING.slow : HELPING.quick
      }
    } catch { return } finally {
      this.#loading = null
      this.#pending = []
    }
    this.#settle()
    this.#scrolled()
  }

  async #made(messages) {
    const made = new Map()
    let left = await spare()
    let few = 0
    for (const one of messages) {
      few += 1
      if (left?.didTimeout ? few > AT_LEAST : left?.timeRemaining() < LEFT) [few, left] = [1, await spare()]
      made.set(one, messageRow(one))
    }
    return made
  }

  #show(rows) {
    this.#window += 1
    this.#inner.replaceChildren(...rows, ...this.#inner.querySelectorAll(".msg.waiting"))
  }

  async #open(where) {
    const { messages } = await this.#history(where)
    this.#show(messages.map(messageRow))
    if (!("before" in where)) this.#last = Math.max(this.#last, Number(this.#end?.dataset.seq ?? 0))
    arrange(this.#inner)
  }

  #history(where) { return live.ask("conversation.history", { conversation: app.dataset.conversation, limit: PAGE, ...where }) }

  // What was wanted while there was no connection: what is above for whoever is at the top, how messages went.
  #ready({ resync }) {
    if (this.scrollTop < this.clientHeight) this.#older()
    this.#settle()
    this.#look()
    this.#reload(resync)
  }

  // After a break, or since the page was made, everything missed came as events, unless it was too much: then the window is read anew.
  async #reload(resync) {
    if (!resync) return
    const { messages } = await this.#history({ limit: 1 }).catch(() => ({ messages: [] }))
    this.#last = Math.max(this.#last, messages.at(-1)?.seq ?? 0)
    this.#scrolled()
  }

  #look() {
    if (document.visibilityState !== "visible" || this.#held || !live.ready || this.#seen <= Number(app.dataset.read)) return
    const [before, read] = [app.dataset.read, String(this.#seen)]
    app.dataset.read = read
    live.ask("conversation.read", { conversation: app.dataset.conversation, up_to: this.#seen }).catch(({ code }) => {
      if (code === "offline" && app.dataset.read === read) app.dataset.read = before // said again when back
    })
  }
}

customElements.define("message-list", MessageList)
