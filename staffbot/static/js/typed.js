// What is half-typed, kept on the server within a second and shown on a person's other devices (U42).
import { live } from "./live.js"
import { say } from "./say.js"

const REST = 400 // ms without a key before it is kept
const NOTHING = JSON.stringify({ text: "", attachments: [] })
const TAB = crypto.randomUUID()
const unkept = document.getElementById("unkept") // that it is too long to be kept

export class Typed {
  #timer = null
  #last = ""
  #asked = 0
  #kept = 0 // a number for what is kept by now: what comes of earlier asking is let go
  #goes = false
  #conversation
  #read
  #show

  // `read` gives {text, attachments}; `show` takes the same with names when another device typed.
  constructor(conversation, read, show) {
    this.#conversation = conversation
    this.#read = read
    this.#show = show
    live.addEventListener("draft.updated", (event) => this.#heard(event.detail))
    live.addEventListener("ready", (event) => { if (event.detail.again) this.#changed() })
    addEventListener("pagehide", () => this.#keep())
    addEventListener("beforeunload", (event) => { if (!unkept.hidden) event.preventDefault() }) // asked before it is lost
  }

  // What the page came with, or what another device typed: nothing to be kept about it.
  settled() {
    clearTimeout(this.#timer)
    this.#kept += 1
    this.#last = JSON.stringify(this.#read())
    unkept.hidden = true
  }

  // A line is on its way. Kept now, it would be half-typed again after it went.
  going() { this.#goes = true }

  // It went, and the server forgot what was half-typed.
  gone() {
    this.#kept += 1
    this.#last = NOTHING
  }

  // The line that was on its way went or came back; whatever stands in the box now is kept at once.
  stays() {
    this.#goes = false
    clearTimeout(this.#timer)
    this.#keep()
  }

  changed() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#keep(), REST)
  }

  get #resting() { return JSON.stringify(this.#read()) === this.#last }

  #changed() { if (!this.#resting) this.changed() }

  async #keep() {
    const now = this.#read()
    const told = JSON.stringify(now)
    if (told === this.#last) unkept.hidden = true
    if (told === this.#last || !live.ready || this.#goes) return
    const mine = ++this.#kept
    try {
      await live.ask("draft.keep", { conversation: this.#conversation, tab: TAB, ...now })
      if (mine !== this.#kept) return
      this.#last = told
      unkept.hidden = true
    } catch (error) { // offline: kept when the connection is back
      if (error.code !== "invalid" || !unkept.hidden) return
      unkept.hidden = false
      say(unkept.textContent.trim())
    }
  }

  async #heard({ conversation, tab, draft }) {
    if (draft || tab === TAB || conversation !== this.#conversation) return
    if (!this.#resting || this.#goes) return // words of this device win while they are being typed
    const [mine, before] = [++this.#asked, this.#last]
    const typed = await live.ask("draft.read", { conversation }).catch(() => null)
    if (!typed || mine !== this.#asked) return // something newer was heard while we asked, and is asked for itself
    if (!this.#resting || this.#last !== before) return // also those typed while we asked
    if (JSON.stringify({ text: typed.text, attachments: typed.attachments.map((one) => one.id) }) === before) return
    this.#show(typed)
    this.settled()
    say("What you typed on another device is here")
  }
}
