// Covers a page whose session is over with the form of signing in (U7). What stood on it leaves the document, so that
// nobody reads it there; it comes back with all that was typed, but only to the same person, and only if they may still
// see that page. Whoever else signs in begins anew. The forms are the pages of signing in as the server makes them, asked
// for one after the other until somebody is signed in: second step and passkeys come with them.
const HERE = "/login/here" // where signing in ends: who it is now
const NEEDS = { "passkey-form": () => import("./passkey.js"), "kept-codes": () => import("./codes.js") }
const AWAY = "No connection. You can sign in here as soon as you are online. What you typed is kept."
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("signed in") : null
let covered = null

// Resolves when the same person is back on the page; whoever else it is has left it by then.
export function cover() { return (covered ??= new Cover().lifted.finally(() => { covered = null })) }

const AGAIN = 5000 // ms after which the form is asked for again, if there is none yet
// What is heard here would be done to a page that is not there.
const DEAF = ["keydown", "visibilitychange"]
const hush = (event) => event.stopImmediatePropagation()

const said = (page, name) => page.querySelector(`meta[name="${name}"]`)?.content ?? ""

// Parsed by the browser as it parses a page: strings never become elements here (S66).
function fetched(method, address, fields) {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest()
    asked.responseType = "document"
    asked.onload = () => (asked.response ? resolve(asked) : reject(new Error(asked.status)))
    asked.onerror = reject
    asked.open(method, address)
    asked.send(fields)
  })
}

const tokenIn = (part, action) => part.querySelector(`form[action="${action}"] input[name=csrf_token]`)?.value

function renew(part, token) { for (const one of part.querySelectorAll("input[name=csrf_token]")) one.value = token }

const typedIn = (field) => {
  if (field.isContentEditable) return field.textContent.trim() !== ""
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked
  if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected)
  return field.type !== "hidden" && field.value !== field.defaultValue
}

// What stood on the page, out of it.
class Kept {
  constructor() {
    const all = [...document.body.querySelectorAll("*")]
    const { anchorNode, anchorOffset, focusNode, focusOffset } = getSelection()
    this.focused = document.activeElement
    this.caret = anchorNode && [anchorNode, anchorOffset, focusNode, focusOffset]
    this.typed = all.some((one) => (one.matches("input, textarea, select") || one.isContentEditable) && typedIn(one))
    this.modal = all.filter((one) => one.matches("dialog:modal"))
    this.scrolled = [document.documentElement, ...all].filter((one) => one.scrollTop || one.scrollLeft).map((one) => [one, one.scrollTop, one.scrollLeft])
    this.title = document.title
    this.address = location.href // may hold what was looked for, so it is covered, too
    this.nodes = [...document.body.childNodes]
  }

  // As it stood, its forms under the new session.
  putBack(session) {
    history.replaceState(history.state, "", this.address)
    document.title = this.title
    document.body.replaceChildren(...this.nodes)
    for (const name of ["csrf-token", "session", "person"]) document.querySelector(`meta[name="${name}"]`).content = said(session, name)
    const parts = [document, ...[...document.querySelectorAll("template")].map((one) => one.content)]
    for (const part of parts) renew(part, said(session, "csrf-token"))
    for (const one of this.modal) { one.removeAttribute("open"); one.showModal() }
    for (const [one, top, left] of this.scrolled) Object.assign(one, { scrollTop: top, scrollLeft: left })
    this.focused?.focus({ preventScroll: true })
    if (this.focused?.isContentEditable) getSelection().setBaseAndExtent(...this.caret) // a field keeps its own
  }
}

class Cover {
  #kept = new Kept()
  #place = document.createElement("main")
  #asking = false
  #looking = false
  #gone = new AbortController()
  lifted = new Promise((resolve) => { this.lift = resolve })

  constructor() {
    const { signal } = this.#gone
    this.#place.className = "page"
    this.#place.tabIndex = -1
    document.body.replaceChildren(this.#place)
    document.title = "Sign in – Latchkey"
    history.replaceState(history.state, "", `/login?to=${encodeURIComponent(location.pathname)}`)
    for (const name of ["focus", "online", "visibilitychange"]) addEventListener(name, () => this.#look(), { capture: true, signal }) // in another tab somebody may have signed in
    for (const name of DEAF) addEventListener(name, hush, { capture: true, signal })
    tabs?.addEventListener("message", () => this.#look(), { signal })
    this.#place.addEventListener("submit", (event) => this.#submitted(event))
    this.#place.addEventListener("click", (event) => this.#pressed(event))
    this.#ask("GET", "/login")
  }

  #submitted(event) {
    if (event.defaultPrevented) return // a passkey is asked for first
    event.preventDefault()
    this.#ask("POST", event.target.getAttribute("action"), new URLSearchParams(new FormData(event.target, event.submitter)))
  }

  #pressed(event) {
    const link = event.target.closest("a[href^='/login']")
    if (!link) return
    event.preventDefault()
    this.#ask("GET", link.getAttribute("href"))
  }

  // The next page of signing in; what was typed stays when there is no connection.
  async #ask(method, address, fields) {
    if (this.#asking) return
    this.#asking = true
    this.#place.setAttribute("aria-busy", "true")
    try {
      const page = await (method === "GET" ? this.#page(address) : this.#sent(address, fields))
      if (said(page, "person")) await this.#entered(page)
      else this.#show(page)
    } catch { this.#away() } finally {
      this.#asking = false
      this.#place.removeAttribute("aria-busy")
    }
  }

  async #page(address) { return (await fetched("GET", `${address.split("?")[0]}?to=${HERE}`)).response }

  // The cookie of the form may be another one by now, because somebody came or went in another tab: then once more.
  async #sent(address, fields) {
    const { status, response } = await fetched("POST", address, fields)
    const token = tokenIn(response, address)
    if (status !== 403 || !token) return response
    fields.set("csrf_token", token)
    return (await fetched("POST", address, fields)).response
  }

  async #look() {
    if (this.#asking || this.#looking || document.visibilityState !== "visible") return
    this.#looking = true
    try {
      const page = await this.#page("/login")
      if (this.#asking) return // something was pressed meanwhile, which counts
      if (said(page, "person")) await this.#entered(page)
      else if (!this.#place.querySelector("form")) this.#show(page)
      else if (tokenIn(this.#place, "/login")) renew(this.#place, tokenIn(page, "/login"))
    } catch { this.#wait() } finally { this.#looking = false }
  }

  #wait() { if (!this.#place.querySelector("form")) setTimeout(() => this.#look(), AGAIN) }

  #show(page) {
    for (const one of page.querySelectorAll("script")) one.remove()
    document.title = page.title
    this.#place.replaceChildren(...[...page.querySelector("main").childNodes].map((one) => document.adoptNode(one)))
    for (const [name, fetch] of Object.entries(NEEDS)) if (this.#place.querySelector(name)) fetch().catch(() => {}) // there is another way in
    const first = [...this.#place.querySelectorAll("[autofocus]")].find((one) => one.checkVisibility()) ?? this.#place
    first.focus()
  }

  #away() {
    const line = this.#place.querySelector("[role=alert]") ?? document.createElement("p")
    line.setAttribute("role", "alert")
    line.className = "note"
    line.textContent = AWAY
    const card = this.#place.querySelector(".signin") ?? document.createElement("div")
    card.classList.add("card", "signin")
    card.append(line)
    this.#place.append(card)
    this.#wait()
  }

  // Somebody is signed in. The server says whether they may have the page; one that came from a button has no address.
  async #entered(session) {
    const [[was, role], [is, now]] = [said(document, "person"), said(session, "person")].map((one) => one.split(" "))
    if (was !== is) { location.replace("/"); return }
    const { address, typed } = this.#kept
    const { ok, status } = await fetch(address, { method: "HEAD", redirect: "manual" })
    if (ok ? role === now || typed : status === 405 && role === now) this.#lift(session)
    else location.replace(status === 405 ? "/" : address)
  }

  #lift(session) {
    if (this.#gone.signal.aborted) return
    this.#gone.abort()
    this.#kept.putBack(session)
    tabs?.postMessage("signed in")
    this.lift()
  }
}
