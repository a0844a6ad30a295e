// <message-box>: where people type. Enter sends, Shift+Enter breaks the line, a slash makes a command (U33-U40).
import { live } from "./live.js"
import { shout } from "./say.js"
import { beginning } from "./segment-meter.js"
import { Suggestions } from "./suggestions.js"
import { Uploads } from "./uploads.js"

const app = document.querySelector(".app")
const box = document.getElementById("box")
const problem = document.getElementById("problem")
const done = document.getElementById("done")
const hint = document.getElementById("to")
const meter = document.querySelector("segment-meter")
const usual = hint.textContent
const HINTS = { sms: "A text message. It leaves the building after you check it.", email: "An email. It leaves the building after you check it.", dm: "A Direct Message, locked with a code. It goes after you check it.", form: "A Smart Form, locked with a code. It goes after you check it." }
const KEPT = `latchkey:${app.dataset.conversation}`

export class MessageBox extends HTMLElement {
  #uploads = new Uploads()
  #suggestions = new Suggestions((item, range) => this.#accept(item, range))
  #card = document.querySelector("draft-card")
  #said = ""
  #composing = false
  #people = new Map()

  connectedCallback() {
    box.addEventListener("input", () => this.#typed())
    box.addEventListener("keydown", (event) => this.#key(event))
    box.addEventListener("compositionstart", () => { this.#composing = true })
    box.addEventListener("compositionend", () => { this.#composing = false })
    box.addEventListener("blur", () => setTimeout(() => this.#suggestions.close(), 150))
    box.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); this.#add(event.clipboardData.files) } })
    this.addEventListener("dragover", (event) => event.preventDefault())
    this.addEventListener("drop", (event) => { event.preventDefault(); this.#add(event.dataTransfer.files) })
    document.getElementById("send").addEventListener("click", () => this.#send())
    const file = document.getElementById("file")
    document.getElementById("attach").addEventListener("click", () => file.click())
    file.addEventListener("change", () => { this.#add(file.files); file.value = "" })
    this.#card.back = (draft) => { this.text = this.#said; this.#uploads.restore(draft.attachments); box.focus() }
    this.#card.sent = (message) => this.#sent(message)
    this.text = sessionStorage.getItem(KEPT) ?? ""
    live.addEventListener("ready", () => { box.dataset.ready = "true" })
    box.focus()
  }

  get text() { return box.innerText.replace(/\n$/, "") }
  set text(text) {
    box.textContent = text
    sessionStorage.setItem(KEPT, text)
    const range = document.createRange()
    range.selectNodeContents(box)
    range.collapse(false)
    getSelection().removeAllRanges()
    getSelection().addRange(range)
  }

  #add(files) { this.#uploads.add(files, (said) => this.#problem(said)) }

  #typed() {
    const text = this.text
    sessionStorage.setItem(KEPT, text)
    this.#problem("")
    const command = /^\/(\w+)/.exec(text)?.[1]
    hint.textContent = HINTS[command] ?? usual
    this.#measure(command === "sms", text)
    this.#suggestions.ask(text, this.#cursor(), app.dataset.conversation)
  }

  #measure(sms, text) {
    if (!sms) { meter.clear(); return }
    const start = beginning(text, [...this.#people.keys()])
    meter.show(text.slice(start), (plain) => { this.text = text.slice(0, start) + plain; this.#typed(); box.focus() })
  }

  #cursor() {
    const selection = getSelection()
    if (!selection.rangeCount || !box.contains(selection.anchorNode)) return this.text.length
    const range = selection.getRangeAt(0).cloneRange()
    range.setStart(box, 0)
    return range.toString().length
  }

  #key(event) {
    if (this.#composing || event.isComposing) return
    const list = this.#suggestions
    if (list.open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault()
      list.move(event.key === "ArrowDown" ? 1 : -1)
    } else if (list.open && event.key === "Tab" && !event.shiftKey) {
      if (list.take()) event.preventDefault()
    } else if (list.open && event.key === "Escape") {
      event.preventDefault()
      list.close()
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault()
      if (list.open && (list.decided || this.#unfinished()) && list.take()) return
      this.#send()
    }
  }

  // A name or command that is still being typed: Enter completes it.
  #unfinished() {
    const before = this.text.slice(0, this.#cursor())
    return /^\/\w*$/.test(before) || /(^|\s)@[^\s]*$/.test(before) || /^\/form\s.*\s\S*$/.test(before) && !/\s$/.test(before)
  }

  #accept(item, [from, to]) {
    const text = this.text
    if (item.id) this.#people.set(item.insert.trim(), item.id)
    this.text = text.slice(0, from) + item.insert + text.slice(to).trimStart()
    this.#typed()
  }

  async #send() {
    const text = this.text
    if (this.#uploads.busy) { this.#problem("A file is still on its way. Wait a moment."); return }
    if (!text.trim() && !this.#uploads.ids.length) return
    this.#suggestions.close()
    this.#problem("")
    done.hidden = true
    const command = text.startsWith("/") && !text.startsWith("//")
    const fields = { text: command ? this.#bound(text) : text, client_id: crypto.randomUUID(), conversation: app.dataset.conversation }
    if (this.#uploads.ids.length) fields.attachments = this.#uploads.ids
    try {
      const result = await live.ask(command ? "command.run" : "message.send", fields)
      this.#said = text
      this.#people.clear()
      this.text = ""
      meter.clear()
      this.#uploads.clear()
      hint.textContent = usual
      if (!command) { document.querySelector("message-list").add(result); return }
      if (result.draft) this.#card.show(result.draft)
      else this.#finished(result.done)
    } catch (error) {
      this.#problem(error.message, error.choices)
    }
  }

  // People once chosen are bound to their ids, so that namesakes cannot be mixed up (U36).
  #bound(text) {
    let bound = text
    for (const [name, id] of this.#people) bound = bound.replace(name, `@${id}`)
    return bound
  }

  #finished(result) {
    if (result.message) {
      if (result.message.conversation === app.dataset.conversation) document.querySelector("message-list").add(result.message)
      else { done.textContent = "Sent."; done.hidden = false }
      return
    }
    done.textContent = result.text
    done.hidden = false
    box.focus()
  }

  #sent(message) {
    box.focus()
    if (message.conversation !== app.dataset.conversation) { location.href = `/c/${message.conversation}`; return }
    const row = document.querySelector("message-list").add(message)
    this.#offerUndo(row, message)
  }

  #offerUndo(row, message) {
    const undo = row.querySelector(".undo")
    if (!undo || message.status?.code !== "queued") return
    undo.hidden = false
    undo.querySelector("button").addEventListener("click", async () => {
      try {
        const { draft } = await live.ask("message.undo", { message: message.id })
        this.text = this.#said
        if (draft) this.#uploads.restore(draft.attachments)
      } catch (error) { this.#problem(error.message) }
      undo.hidden = true
    })
    setTimeout(() => { undo.hidden = true }, Number(app.dataset.undo) * 1000)
  }

  #problem(text, choices = []) {
    problem.hidden = !text
    problem.textContent = text
    if (!text) return
    shout(text)
    const row = document.createElement("div")
    row.className = "choices"
    for (const one of choices) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = "btn btn-s"
      button.textContent = `${one.name}, ${one.detail}`
      button.addEventListener("click", () => this.#choose(one))
      row.append(button)
    }
    if (choices.length) problem.append(row)
  }

  #choose(one) {
    const text = this.text
    const typed = /@(\S+(?:\s\S+)?)/.exec(text)
    const first = one.name.split(/\s+/).some((word) => typed && word.toLocaleLowerCase().startsWith(typed[1].split(/\s/)[1]?.toLocaleLowerCase() ?? "\0"))
    const match = typed ? (first ? typed[0] : `@${typed[1].split(/\s/)[0]}`) : "@"
    this.#people.set(`@${one.name}`, one.id)
    this.text = text.replace(match, `@${one.name}`)
    this.#problem("")
    box.focus()
  }
}

customElements.define("message-box", MessageBox)
