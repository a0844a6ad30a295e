// The list under the box: what can come next; arrows, Enter or Tab choose, Esc closes and keeps the text (U33, U34).
import { live } from "./live.js"
import { clone } from "./rows.js"
import { say } from "./say.js"
import { initials, plain, underline } from "./shown.js"

const box = document.getElementById("box")
const combo = document.getElementById("combo")
const list = document.getElementById("options")
const heading = document.getElementById("combo-h")
const hint = document.getElementById("combo-n")
const MOST = 8 // that are listed
const TITLES = { command: "Commands", person: "Who is it for?", form: "Which form?", template: "Templates" }
const GROUPS = { staff: "Colleagues", group: "Groups", patient: "Patients" }

export class Suggestions {
  #items = []
  #range = null
  #typed = ""
  #stale = false // more was typed than the list shown is about
  #eager = false // the first was chosen meanwhile: taken as soon as the list for what is typed is here
  #kind = ""
  #chosen = -1
  #moved = false
  #asked = 0
  #shut = 0 // how often the list was closed: what is still asked for is then not shown
  #resting = null

  // `accept` gets what was chosen and the place of the line it stands for; `goes` who gets the line, in words, and where
  // in which line the text begins.
  constructor(accept, goes) {
    this.accept = accept
    this.goes = goes
  }

  get open() { return !combo.hidden }
  get decided() { return this.open && this.#moved }

  // Whether a command is typed to its end that needs nothing more: Enter runs it.
  get whole() {
    const item = this.#items[this.#chosen]
    return this.open && !this.#stale && Boolean(item?.alone) && this.#typed.toLowerCase() === item.insert.trim()
  }

  // Whether a name without its sign is offered, where a line cannot go without one.
  get bare() { return this.open && this.#kind === "person" && !this.#typed.startsWith("@") }

  // Whether a name is half-typed in several words: "tes am" is, for Amara Testwell; "amara test" is a name and a text.
  get naming() {
    const words = plain(this.#typed.slice(1)).replaceAll("’", "'").split(/\s+/)
    const name = plain(this.#items[this.#chosen]?.label ?? "").replaceAll("’", "'").split(/\s+/)
    return this.open && this.#kind === "person" && words.length > 1 && !name.includes(words[0])
  }

  async ask(text, cursor, conversation) {
    const [mine, shut] = [++this.#asked, this.#shut]
    if (!/^\/|(^|\s)@/.test(text.slice(0, cursor)) || text.startsWith("//")) { this.close(); this.goes(""); return }
    let found
    this.#stale = true
    this.#eager = false
    list.setAttribute("aria-busy", "true")
    try {
      found = await live.ask("command.suggest", { text, cursor, ...(conversation ? { conversation } : {}) })
    } catch { if (mine === this.#asked) this.close(); return } finally {
      if (mine === this.#asked) list.removeAttribute("aria-busy")
    }
    if (mine !== this.#asked) return
    this.goes(found.goes, { of: text, at: found.begins })
    if (shut !== this.#shut) return // closed meanwhile, and still said where the line goes
    this.#range = [found.from, found.to]
    this.#typed = text.slice(found.from, cursor)
    this.#kind = found.kind
    this.#stale = false
    this.#show(found)
    if (this.#eager) this.take()
  }

  // Who gets a line that was not typed just now, without a list of what could come next.
  async tell(text, conversation) {
    const mine = ++this.#asked
    const found = await live.ask("command.suggest", { text, cursor: text.length, conversation }).catch(() => null)
    if (found && mine === this.#asked) this.goes(found.goes, { of: text, at: found.begins })
  }

  close() {
    this.#shut += 1
    list.removeAttribute("aria-busy")
    combo.hidden = true
    box.setAttribute("aria-expanded", "false")
    box.removeAttribute("aria-activedescendant")
    this.#moved = false
    this.#stale = false
    this.#eager = false
  }

  move(by) {
    const many = this.#items.length
    this.#moved = true
    this.#mark((this.#chosen + by + many) % many)
  }

  take(place = null) {
    if (place === null && this.#stale) { this.#eager = true; return true }
    const item = this.#items[place ?? this.#chosen]
    if (!item || item.disabled) return false
    this.close()
    this.accept(item, this.#range)
    return true
  }

  #show(found) {
    this.#items = found.items
    this.#moved = false
    const many = found.items.length
    this.#rested(found.kind === "none" ? "" : many === 1 ? "1 suggestion" : `${many || "No"} suggestions`)
    if (!many) { this.close(); return }
    heading.textContent = TITLES[found.kind] ?? "Suggestions"
    hint.textContent = found.kind !== "person" || many < 2 || this.#typed.length < 2 ? "" : many < MOST ? `${many} fit, choose one` : "More may fit, type on"
    const options = found.items.map((item, place) => this.#option(item, place))
    const sorts = found.kind === "person" ? [...new Set(found.items.map((item) => item.help))] : []
    list.replaceChildren(...(sorts.length < 2 ? options : sorts.map((sort) => group(GROUPS[sort], options.filter((_, place) => found.items[place].help === sort)))))
    combo.hidden = false
    box.setAttribute("aria-expanded", "true")
    this.#mark(0)
  }

  // Said once typing rests (U33).
  #rested(words) {
    clearTimeout(this.#resting)
    if (words) this.#resting = setTimeout(() => (this.open || words.startsWith("No")) && document.activeElement === box && say(words), 500)
  }

  #option(item, place) {
    const option = clone("t-option")
    option.id = `o-${place}`
    option.querySelector(".face").textContent = item.id ? initials(item.label) : "/"
    underline(option.querySelector("b"), item.label, this.#typed, this.#kind === "command" ? 1 : Infinity)
    if (item.help === "patient") option.querySelector(".face").classList.add("face-p")
    option.querySelector("small").textContent = item.detail
    option.querySelector(".why").textContent = item.disabled ?? ""
    if (item.disabled) option.setAttribute("aria-disabled", "true")
    option.addEventListener("mousedown", (event) => { event.preventDefault(); this.take(place) })
    return option
  }

  #mark(place) {
    this.#chosen = place
    for (const option of list.querySelectorAll("[role=option]")) option.setAttribute("aria-selected", String(option.id === `o-${place}`))
    box.setAttribute("aria-activedescendant", `o-${place}`)
    document.getElementById(`o-${place}`)?.scrollIntoView({ block: "nearest" })
  }
}

// Options of one sort under their name.
function group(name, options) {
  const made = document.createElement("div")
  const title = document.createElement("span")
  made.setAttribute("role", "group")
  made.setAttribute("aria-label", name)
  title.className = "sort"
  title.setAttribute("aria-hidden", "true")
  title.textContent = name
  made.append(title, ...options)
  return made
}
