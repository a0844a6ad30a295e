// "Going in 10 s – Undo": while a message is held it can be called back; its words and files return (U51).
import { live } from "./live.js"
import { say } from "./say.js"

const app = document.querySelector(".app")
const box = document.getElementById("box")
const CARRIED = "going" // of this tab: which message and until when, never a word of it

// A page that has just opened is not connected yet, and what is pressed on it counts: at most `ms` are waited for that.
const connected = (ms) => live.ready || new Promise((done) => {
  live.addEventListener("ready", done, { once: true })
  setTimeout(done, ms)
})

export class Going {
  #last = null
  #typing = false // whether something was typed since: then the same keys in the box take that back

  // `back` gets the draft that returned, `wrong` an error.
  constructor(back, wrong) {
    this.back = back
    this.wrong = wrong
    box?.addEventListener("input", () => { this.#typing = true })
    document.addEventListener("keydown", (event) => {
      const outside = !event.target.closest?.("#box, input, textarea") || (event.target === box && !this.#typing && !box.textContent)
      if (app.dataset.keys !== "off" && outside && this.#last && (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z") { event.preventDefault(); this.#last() }
    })
  }

  // The message stands in another conversation, which is opened now: it can be called back there.
  carry(message, seconds) {
    sessionStorage.setItem(CARRIED, JSON.stringify({ id: message.id, until: Date.now() + seconds * 1000 }))
  }

  // What was sent from another conversation a moment ago.
  carried() {
    const { id, until } = JSON.parse(sessionStorage.getItem(CARRIED) ?? "{}")
    sessionStorage.removeItem(CARRIED)
    const row = id && document.getElementById(`m-${id}`)
    if (row && until > Date.now()) this.offer(row, { id, status: { code: "queued" } }, (until - Date.now()) / 1000)
  }

  offer(row, message, seconds) {
    const place = row.querySelector(".undo")
    if (!place || !(seconds > 0) || message.status?.code !== "queued") return
    const [words, button] = [place.querySelector(".going"), place.querySelector("button")]
    const until = performance.now() + seconds * 1000
    const call = async () => {
      end()
      try {
        await connected(until - performance.now())
        this.back((await live.ask("message.undo", { message: message.id })).draft)
        say("Undone. Nothing was sent.")
      } catch (error) {
        this.wrong(error)
        if (error.code === "offline") this.offer(row, message, (until - performance.now()) / 1000)
      }
    }
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000)
      if (left <= 0) end()
      else words.textContent = `Going in ${left} s`
    }
    const timer = setInterval(tick, 250)
    const end = () => {
      clearInterval(timer)
      if (document.activeElement === button) row.focus({ preventScroll: true })
      place.hidden = true
      button.removeEventListener("click", call)
      if (this.#last === call) this.#last = null
    }
    button.addEventListener("click", call)
    place.hidden = false
    this.#last = call
    this.#typing = false
    tick()
    say(`${words.textContent}. ${app.dataset.keys === "off" ? "Undo is under it" : "Control Z undoes it"}`)
  }
}
