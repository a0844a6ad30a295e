// The socket: one connection, requests answered by ref, events passed on. Reconnects by itself and catches up.
import { say } from "./say.js"

const FIRST_WAIT = 500
const LONGEST_WAIT = 15000

class Live extends EventTarget {
  #socket = null
  #ref = 0
  #waiting = new Map()
  #wait = FIRST_WAIT
  #seq = null
  #ended = false
  #offline = document.getElementById("offline")
  #timer = null
  #retry = null
  ready = false

  connect() {
    clearTimeout(this.#retry)
    if (this.#ended || (this.#socket && this.#socket.readyState < WebSocket.CLOSING)) return
    const url = new URL("/ws", location.href)
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    this.#socket = new WebSocket(url, "latchkey.v1")
    this.#socket.addEventListener("open", () => this.#hello())
    this.#socket.addEventListener("message", (event) => this.#heard(JSON.parse(event.data)))
    this.#socket.addEventListener("close", (event) => this.#closed(event.code))
  }

  // Resolves with the result; rejects with {code, message, …} as the protocol tells it, or code "offline".
  ask(op, fields = {}) {
    return new Promise((resolve, reject) => {
      if (!this.#socket || this.#socket.readyState !== WebSocket.OPEN) {
        reject({ code: "offline", message: "You are offline, so nothing can leave. Your text is kept here." })
        return
      }
      const ref = String(++this.#ref)
      this.#waiting.set(ref, { resolve, reject })
      this.#socket.send(JSON.stringify({ op, ref, ...fields }))
    })
  }

  async #hello() {
    const csrf = document.querySelector('meta[name="csrf-token"]').content
    const since = this.#seq === null ? {} : { since: this.#seq }
    const result = await this.ask("hello", { csrf, ...since })
    const again = this.#seq !== null
    this.#seq = result.resync ? result.seq : Math.max(this.#seq ?? 0, since.since ?? result.seq)
    this.#wait = FIRST_WAIT
    this.ready = true
    clearTimeout(this.#timer)
    if (!this.#offline.hidden) say("Back online")
    this.#offline.hidden = true
    this.dispatchEvent(new CustomEvent("ready", { detail: { ...result, again } }))
  }

  #heard(frame) {
    if ("ref" in frame) {
      const waiting = this.#waiting.get(frame.ref)
      this.#waiting.delete(frame.ref)
      if (!waiting) return
      if (frame.ok) waiting.resolve(frame.result)
      else waiting.reject(frame.error)
      return
    }
    if (frame.seq) this.#seq = Math.max(this.#seq ?? 0, frame.seq)
    this.dispatchEvent(new CustomEvent(frame.event, { detail: frame.data }))
  }

  #closed(code) {
    this.ready = false
    for (const { reject } of this.#waiting.values()) reject({ code: "offline", message: "The connection was lost. Your text is kept; try again." })
    this.#waiting.clear()
    if (code === 4401 || code === 4403) {
      this.#ended = true
      location.href = `/login?to=${encodeURIComponent(location.pathname)}`
      return
    }
    this.#timer ??= setTimeout(() => { this.#offline.hidden = this.ready; this.#timer = null }, 2000)
    this.#retry = setTimeout(() => this.connect(), this.#wait * (0.75 + Math.random() / 2))
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT)
  }
}

export const live = new Live()
