// <message-box>: where people type. Enter sends, Shift+Enter breaks the line (or the other way round), a slash makes a command (U33-U43).
import { later } from "./later.js"
import { live } from "./live.js"
import { send } from "./outgoing.js"
import { say } from "./say.js"
import { Suggestions } from "./suggestions.js"
import { Trouble } from "./trouble.js"
import { Typed } from "./typed.js"
import { Uploads } from "./uploads.js"
import * as words from "./words.js"

const app = document.querySelector(".app")
const box = document.getElementById("box")
const hint = document.getElementById("to")
const reply = document.querySelector("reply-bar")
const meter = document.querySelector("segment-meter")
const done = document.getElementById("done")
const usual = hint?.dataset.usual // a page without a conversation has no box
const AGAIN = /^#again-(sms|email|dm)-([0-9a-f-]{36})$/ // what a message's page asks for: a card of the same words (U66)
const MOVES = new Set(["ArrowLeft", "ArrowRight", "Home", "End"])
const SENDS = app.dataset.enter === "send" // Enter alone, else together with Shift (U40)
const KIND = /^\/(im|sms|email|dm)(?=\s|$)\s*/i
const kinds = document.querySelector(".kinds") // about a patient only

// The four kinds of message as buttons that type their command: who uses the mouse learns what can be typed (U63).
class Kinds {
  // `change` puts words in the place of others, as if they were typed.
  constructor(change) {
    kinds?.addEventListener("click", (event) => {
      const command = event.target.closest("button")?.dataset.command
      if (command === undefined) return
      const typed = KIND.exec(words.line())?.[0] ?? ""
      change({ from: 0, to: typed.length, words: command && `/${command} ` })
    })
  }

  // Which of them a line is: none for another command.
  show(line) {
    const said = KIND.exec(line)?.[1].toLowerCase() ?? (/^\/(?!\/)/.test(line) ? "other" : "im")
    for (const button of kinds?.children ?? []) button.setAttribute("aria-pressed", String((button.dataset.command || "im") === said))
  }
}

// What a template leaves to be filled in each time: `{date}` or `___`, but no variable, which fills itself in.
const BLANK = /\{(?!(?:first_name|name|practice|phone)\})[^{}\n]{1,40}\}|_{2,}/
// As the server sees it: a slash in front, also a wide one or after unseen signs; `//` is a way out (U37).
const COMMAND = /^(?!\/\/)[\ufeff\u00ad\u061c\u200b-\u200f\u2060\u202a-\u202e\u2066-\u2069]*(?:[/\uff0f\u2044\u2215\u29f8]|\\(?=[a-z]+(?:\s|$)))/i

const NOTHING = { line: "", files: [] }

export class MessageBox extends HTMLElement {
  #card = document.querySelector("draft-card")
  #list = document.querySelector("message-list")
  #uploads = new Uploads(() => this.#typed.changed())
  #trouble = new Trouble((change) => this.#change(change))
  #suggestions = new Suggestions((item, [from, to]) => this.#change({ from, to, words: item.insert, person: item.id ? { id: item.id, name: item.label } : null }), (goes, begins) => this.#goes(goes, begins))
  #kinds = new Kinds((change) => this.#change(change))
  #going = null
  #begins = null // where in which line the words of a text begin, as the server reads it
  #typed = new Typed(app.dataset.conversation, () => ({ text: words.line(), attachments: this.#uploads.ids }), (typed) => this.#show(typed))
  #leaving = null
  #running = false // a line is on its way
  #next = false // Enter was pressed meanwhile: what stands behind that line goes after it
  #aside = null // what was half-typed when a message was called back: it comes back once that went
  #of = NOTHING // what of the box the card is about, and goes with it; whatever else is typed stays
  #attempt = null // a line that may have arrived though its answer was lost: the same again is once

  constructor() {
    super()
    box.addEventListener("input", () => this.#input())
    box.addEventListener("keydown", (event) => this.#key(event))
    box.addEventListener("keyup", (event) => { if (MOVES.has(event.key)) this.#moved() })
    box.addEventListener("click", () => this.#moved())
    box.addEventListener("blur", () => { this.#leaving = setTimeout(() => this.#suggestions.close(), 150) })
    box.addEventListener("focus", () => clearTimeout(this.#leaving)) // back before that: what is typed there is suggested for
    box.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); this.#add(event.clipboardData.files) } })
    this.addEventListener("dragover", (event) => { event.preventDefault(); this.classList.add("on") })
    this.addEventListener("dragleave", () => this.classList.remove("on"))
    this.addEventListener("drop", (event) => { event.preventDefault(); this.classList.remove("on"); this.#add(event.dataTransfer.files) })
    document.getElementById("send").addEventListener("click", () => this.#send())
    const file = document.getElementById("file")
    document.getElementById("attach").addEventListener("click", () => file.click())
    file.addEventListener("change", () => { this.#add(file.files); file.value = ""; box.focus() })
    box.focus()
    this.#show(JSON.parse(this.dataset.typed))
    this.#typed.settled()
    if (sessionStorage.getItem("going")) this.#held().then((going) => going.carried())
    addEventListener("beforeunload", (event) => { if (this.#aside) event.preventDefault() })
    live.addEventListener("ready", () => { box.dataset.ready = "true" })
    live.addEventListener("ready", () => this.#again(), { once: true })
  }

  #show({ text, names, attachments }) {
    words.write(text, names)
    this.#kinds.show(text)
    this.#uploads.clear()
    this.#uploads.restore(attachments)
    this.#measure(text).catch(() => {})
    if (live.ready && COMMAND.test(text)) this.#suggestions.tell(text, app.dataset.conversation) // a page says it by itself
    else if (live.ready) hint.textContent = usual
  }

  // The caret went elsewhere: what is suggested is for where it stands now.
  #moved() { if (this.#suggestions.open) this.#suggestions.ask(words.line(), words.caret(), app.dataset.conversation) }

  #add(files) {
    this.#trouble.clear() // what was refused before is no news of these
    this.#uploads.add(files, (message) => this.#trouble.show({ message }))
  }

  #input() {
    this.#trouble.clear()
    this.#renew()
  }

  #renew() {
    box.classList.toggle("blank", !words.line()) // browsers leave a line break where all was taken out
    this.#typed.changed()
    this.#measure(words.line()).catch(() => {}) // what it costs stands on the card, too
    this.#kinds.show(words.line())
    this.#suggestions.ask(words.line(), words.caret(), app.dataset.conversation)
  }

  async #measure(line) {
    if (!/^\/sms\b/i.test(line)) { meter.clear?.(); return }
    const { beginning } = await later("segment-meter")
    if (line !== words.line()) return // typed on meanwhile, which is measured itself
    const from = this.#begins?.of === line ? this.#begins.at : beginning(line)
    meter.show(line.slice(from), (plain) => this.#change({ from, to: line.length, words: plain }))
  }

  #goes(goes, begins) {
    if (begins && begins.of !== words.line()) return // changed, or gone, meanwhile
    hint.textContent = goes || usual
    if (typeof begins?.at !== "number") return
    this.#begins = begins
    this.#measure(words.line()).catch(() => {})
  }

  #change({ from, to, words: put, person }) {
    box.focus()
    words.replace(from, to, put, person)
    this.#input()
  }

  // A command chosen elsewhere: it stands before what was typed, in place of another one.
  begin(command) { this.#change({ from: 0, to: /^(\/\S*\s*)?/.exec(words.line())[0].length, words: command }) }

  // Words that are not typed, before what was typed meanwhile.
  #insert(text) {
    box.focus()
    words.replace(0, 0, text)
    const blank = text.startsWith("/") ? null : BLANK.exec(text)
    if (blank) words.choose(blank.index, blank.index + blank[0].length)
    this.#input()
  }

  #key(event) {
    const list = this.#suggestions
    const alone = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
    if (list.open && alone && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault()
      list.move(event.key === "ArrowDown" ? 1 : -1)
    } else if (event.key === "Tab" && !event.shiftKey) {
      if (list.open ? list.take() : this.#trouble.mend()) event.preventDefault()
    } else if (list.open && event.key === "Escape") {
      event.preventDefault()
      list.close()
    } else if (event.key === "Escape" && this.#putAway()) {
      event.preventDefault()
    } else if (event.key === "Escape") {
      box.blur()
    } else if (event.key === "ArrowUp" && alone && !box.textContent.trim()) {
      event.preventDefault()
      later("edit").then(({ editLast }) => editLast(), () => {})
    } else if (event.key === "Enter") {
      if (!(event.shiftKey && SENDS) && !event.repeat && list.open && (list.decided || list.naming || list.bare || (this.#unfinished() && !list.whole)) && list.take()) { event.preventDefault(); return }
      if (event.shiftKey === SENDS) return // the line breaks
      event.preventDefault()
      if (!event.repeat) this.#send()
    }
  }

  // What lies over the box: what a command said, then the message that would be answered.
  #putAway() {
    if (!done.hidden) done.hidden = true
    else if (!reply.hidden) reply.clear()
    else return false
    return true
  }

  // A name, command or form that is still being typed: Enter completes it.
  #unfinished() {
    const before = words.line().slice(0, words.caret())
    return /^\/\w*$/.test(before) || /(^|\s)@[^\s]*$/.test(before) || /^\/(form|template)\s+((.*\s)?\S+)?$/.test(before)
  }

  #send() {
    if (this.#running) { this.#next = true; return }
    const line = words.line()
    if (this.#uploads.busy) { this.#trouble.show({ message: "A file is still on its way. Wait a moment." }); return }
    if (!line.trim() && !this.#uploads.ids.length) return
    const files = this.#uploads.ids
    this.#run(line, files, { line, files, answers: reply.fields?.reply_to })
  }

  // `of` is what stands in the box for what goes: words of a card go another way without having been typed.
  async #run(line, files, of) {
    const command = COMMAND.test(line)
    this.#suggestions.close()
    this.#trouble.clear()
    done.hidden = true
    const said = JSON.stringify([line, files])
    if (this.#attempt?.said !== said) this.#attempt = { said, id: crypto.randomUUID() }
    const fields = { text: line, client_id: this.#attempt.id, conversation: app.dataset.conversation, ...(files.length ? { attachments: files } : {}), ...(of.answers ? { reply_to: of.answers } : {}) }
    this.#running = true
    this.#typed.going()
    try {
      const result = await (command ? live.ask("command.run", fields) : send(fields, box.innerText))
      this.#attempt = null
      if (result?.draft) { this.#next = false; this.#of = of; await this.#check(result.draft); return }
      this.#gone(of)
      if (command) await this.#finished(result.done)
      else if (result) this.#list.add(result)
    } catch (error) {
      if (error.code !== "offline") this.#attempt = null
      this.#next = false
      this.#trouble.show(error, words.line())
    } finally {
      this.#running = false
      this.#typed.stays()
    }
    if (this.#next && !this.inert) { this.#next = false; this.#send() }
  }

  // A line went: it leaves the box; what was typed or added behind it while it was on its way stays.
  #gone({ line, files, answers }) {
    const now = words.line()
    this.#uploads.forget(files)
    if (reply.fields?.reply_to === answers) reply.clear?.() // else another message is answered next
    if (now === line) words.write("")
    else if (now.startsWith(line)) words.behead(line.length)
    this.#typed.gone()
    const typed = this.#aside
    if (!typed || !this.#empty) { this.#renew(); return }
    this.#aside = null
    this.#instead(typed)
  }

  get #empty() { return !words.line().trim() && !this.#uploads.ids.length }

  // In place of what is half-typed, which is kept meanwhile: nothing typed is lost.
  async #instead(typed) {
    const was = { text: words.line(), names: words.people(), attachments: this.#uploads.kept }
    const [shown, half] = [box.innerText.trim(), was.text.trim() || was.attachments.length]
    box.focus()
    this.#show(typed)
    this.#input()
    if (!half) return
    this.#aside = was
    const { Answer } = await later("answer")
    new Answer().offer(`Kept until this went: ${shown || "your files"}`, "Back to it now", () => { this.#aside = null; this.#instead(was) })
  }

  async #finished({ message, text, items, note, go, insert }) {
    if (go) location.href = go
    else if (insert) this.#insert(insert)
    else if (message?.conversation === app.dataset.conversation) {
      this.#list.add(message)
      if (note) await this.#tell(note, [])
    } else await this.#tell([text || "Sent.", note].filter(Boolean).join(" "), items)
    box.focus()
  }

  async #tell(text, items) {
    const { Answer } = await later("answer")
    new Answer((example) => this.#insert(example)).show(text, items)
  }

  async #again() {
    const [, by, message] = AGAIN.exec(location.hash) ?? []
    if (!message) return
    history.replaceState(null, "", location.pathname)
    try {
      const { draft } = await live.ask("message.again", { message, by, client_id: crypto.randomUUID() })
      this.#of = NOTHING
      await this.#check(draft)
      this.#card.back = () => { this.#edit(); if (this.#empty) this.#back(draft) }
    } catch (error) { this.#trouble.show(error) }
  }

  // A new card to look at.
  async #check(draft) {
    await later("draft")
    Object.assign(this.#card, {
      back: () => this.#edit(),
      sent: (message, sent) => this.#sent(message, sent),
      planned: (all) => this.#planned(all),
      instead: (line, files) => { this.#edit(); this.#run(line, files, this.#of) },
    })
    this.inert = true
    this.#card.show(draft)
  }

  // What is held for a moment and can be called back.
  async #held() {
    const { Going } = await later("going")
    this.#going ??= new Going((draft) => this.#back(draft), (error) => this.#trouble.show(error))
    return this.#going
  }

  // The card was put away: everything is as it was, the caret where it stood.
  #edit() {
    this.inert = false
    box.focus()
  }

  async #sent(message, draft) {
    this.#edit()
    this.#gone(this.#of)
    const going = await this.#held().catch(() => null) // sent it is, whether it can be called back or not
    if (message.conversation !== app.dataset.conversation) {
      going?.carry(message, draft.hold)
      location.href = `/c/${message.conversation}`
      return
    }
    const row = this.#list.add(message)
    going?.offer(row, message, draft.hold)
  }

  #planned(all) {
    this.#edit()
    this.#gone(this.#of)
    const link = document.createElement("a")
    link.href = "/scheduled"
    link.textContent = "Change or call off"
    done.replaceChildren(`Planned for ${all.map((one) => one.to.name).join(", ")}: ${all[0].at_words}. `, link)
    done.hidden = false
    say(done.textContent)
  }

  #back(draft) {
    if (draft) this.#instead({ text: draft.line, names: Object.fromEntries(draft.recipients.map((one) => [one.id, one.name])), attachments: draft.attachments })
  }
}

customElements.define("message-box", MessageBox)
