// The connection: requests answered by ref, events passed on once and in order. Reconnects by itself and catches up; the
// wire under it is one for all tabs.
import { say } from "./say.js"
import { Wire } from "./wire.js"

const FIRST_WAIT = 500
const LONGEST_WAIT = 15000
const SAID = 3000 // ms for which the page says that it is back (U13)
const QUIET = 100 // ms without another missed event: the last ones were not for this person
const MOST_BYTES = 16384 // of one frame (S55): the server ends the talk over a longer one

// Where a page says of itself up to which event it tells, what comes between it and the greeting is asked for, too.
function numberOf(heard) { return heard === undefined ? null : Number(heard) }

class Live extends EventTarget {
  #wire = this.#strung()
  #begun = false
  #ref = 0
  #waiting = new Map()
  #wait = FIRST_WAIT
  #left = false
  #seq = numberOf(document.querySelector(".app")?.dataset.heard) // of the newest event that this page knows of
  #greeted = false
  #until = 0 // the number of the newest event when the server greeted: up to it is what was missed
  #missed = [] // heard and not passed on yet
  #pause = null
  #offline = document.getElementById("offline")
  #away = this.#offline.textContent
  #timer = null // until it is said that the connection is lost
  #said = null // until it has been said that it is back
  #retry = null
  ready = false
  replays = false // while what was missed is passed on: it happened before the greeting, which says how it ended

  get seq() { return this.#seq }

  connect() {
    clearTimeout(this.#retry)
    if (this.#left) return
    if (this.#begun) this.#wire.dial()
    else this.#wire.start()
    this.#begun = true
  }

  // Be connected from now on: at once when the network or somebody's eyes come back. Who signs out here leaves the page.
  keep() {
    this.connect()
    document.addEventListener("submit", ({ target }) => { if (target.matches('[action="/logout"]')) this.#left = true })
    for (const [where, what] of [[window, "online"], [window, "focus"], [document, "visibilitychange"]]) {
      where.addEventListener(what, () => { if (!this.ready && document.visibilityState === "visible") this.connect() })
    }
  }

  // Resolves with the result; rejects with {code, message, …} as the protocol tells it, or code "offline".
  ask(op, fields = {}) {
    return new Promise((resolve, reject) => {
      if (!this.#wire.open) {
        reject({ code: "offline", message: "You are offline, so nothing can leave the practice. Your text is kept here; confirm it when you are back." })
        return
      }
      const ref = `${this.#wire.tab}.${++this.#ref}` // answers to other tabs come by the same wire
      const frame = JSON.stringify({ op, ref, ...fields })
      if (new TextEncoder().encode(frame).length > MOST_BYTES) { // letters of some alphabets take two bytes or three
        reject({ code: "invalid", message: "The text is too long to go in one piece. Make it shorter, or send it in two parts." })
        return
      }
      this.#waiting.set(ref, { resolve, reject })
      this.#wire.send(frame)
    })
  }

  async #hello() {
    const csrf = document.querySelector('meta[name="csrf-token"]').content
    const since = this.#seq === null ? {} : { since: this.#seq }
    let result
    try {
      result = await this.ask("hello", { csrf, ...since })
    } catch ({ code, wait }) {
      if (code !== "offline") setTimeout(() => this.#hello(), (wait ?? 1) * 1000) // else the next connection greets
      return
    }
    const again = this.#greeted
    this.#greeted = true
    this.#seq = result.resync ? result.seq : Math.max(this.#seq ?? 0, since.since ?? result.seq)
    this.#until = result.seq
    this.#wait = FIRST_WAIT
    this.ready = true
    clearTimeout(this.#timer)
    this.#timer = null
    clearTimeout(this.#retry)
    if (!this.#offline.hidden) this.#back()
    this.dispatchEvent(new CustomEvent("ready", { detail: { ...result, again } }))
  }

  #lost() {
    clearTimeout(this.#said)
    this.#offline.textContent = this.#away
    this.#offline.hidden = this.ready
  }

  #back() {
    this.#offline.textContent = "Back online"
    say("Back online")
    clearTimeout(this.#said)
    this.#said = setTimeout(() => { this.#offline.hidden = true }, SAID)
  }

  #heard(frame) {
    if ("ref" in frame) {
      this.#pass() // what came before an answer is known before it
      const waiting = this.#waiting.get(frame.ref)
      this.#waiting.delete(frame.ref)
      if (!waiting) return
      if (frame.ok) waiting.resolve(frame.result)
      else waiting.reject(frame.error)
      return
    }
    if (frame.event === "session.ended") { this.#closed(4401); return } // the close that follows may be lost
    // What another tab missed comes by the same wire, too.
    if (!this.ready || (frame.seq && frame.seq <= this.#seq)) return
    if (frame.seq) this.#seq = frame.seq
    if (frame.seq && frame.seq <= this.#until) { this.#gather(frame); return }
    this.#pass()
    this.#tell(frame)
  }

  #tell({ event, data }) { this.dispatchEvent(new CustomEvent(event, { detail: data })) }

  // What was missed is passed on in one go, so that the page changes once: five hundred changes would take seconds (U98).
  #gather(frame) {
    this.#missed.push(frame)
    clearTimeout(this.#pause)
    if (frame.seq === this.#until) this.#pass()
    else this.#pause = setTimeout(() => this.#pass(), QUIET)
  }

  #pass() {
    clearTimeout(this.#pause)
    this.replays = true
    for (const frame of this.#missed.splice(0)) this.#tell(frame)
    this.replays = false
  }

  #closed(code) {
    this.#pass() // it is not sent again
    this.ready = false
    for (const { reject } of this.#waiting.values()) reject({ code: "offline", message: "The connection was lost. Your text is kept; try again." })
    this.#waiting.clear()
    if (code === 4401 || code === 4403) this.#over()
    if (this.#left) return
    this.#timer ??= setTimeout(() => { this.#lost(); this.#timer = null }, 2000)
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.connect(), this.#wait * (0.75 + Math.random() / 2))
    if (code) this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT)
  }

  // The session ended: the event and the close both say so. Once the same person has signed in on the page it goes on
  // from where it was, on a wire of the new session.
  async #over() {
    if (this.#left) return
    this.#left = true
    clearTimeout(this.#timer)
    this.#timer = null
    const there = location.pathname
    try { await (await import("./cover.js")).cover() } catch {
      location.href = `/login?to=${encodeURIComponent(there)}`
      return
    }
    this.#left = false
    this.#wire.end()
    this.#wire = this.#strung()
    this.#begun = false
    this.connect()
  }

  #strung() {
    return new Wire(document.querySelector('meta[name="session"]')?.content, {
      opened: () => this.#hello(),
      heard: (text) => this.#heard(JSON.parse(text)),
      closed: (code) => this.#closed(code),
    })
  }
}

export const live = new Live()
