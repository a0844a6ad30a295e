// One socket for all tabs of a session (U14). The tab that holds the lock leads: it has the socket, sends what the others
// ask and passes on every frame, so all hear the same in the same order. When it closes, the lock passes on; when it is
// stuck (a print dialog halts a page), a tab that gets no sign of life takes the lock. The name of lock and channel is
// the session's, so two accounts never share. Who only reads would not notice that nobody speaks: a tab before somebody's
// eyes asks now and then. Where a browser lacks either, each tab has its own socket.
const SHARES = "locks" in navigator && "BroadcastChannel" in window
const SILENT = 2000 // ms without a sign of life of the tab that leads
const SIGNED_OUT = 4401
const REFUSED = 1006

export class Wire {
  tab = crypto.randomUUID()
  open = false
  #name
  #on
  #socket = null
  #channel = null
  #leads = false
  #leader = null // whose frames count: one that was stuck may go on speaking for a moment
  #over = false // the session ended
  #doubt = null
  #asking = null
  #gone = new AbortController()
  #release = () => {} // the lock

  // `on` has opened(), heard(text) and closed(code); code 0: another tab leads now, what was asked may be lost.
  constructor(name, on) {
    this.#name = name
    this.#on = on
  }

  start() {
    const { signal } = this.#gone
    addEventListener("offline", () => this.#drop(), { signal })
    if (!SHARES || !this.#name) { this.#leads = true; this.dial(); return }
    this.#channel = new BroadcastChannel(this.#name)
    this.#channel.addEventListener("message", ({ data }) => this.#told(data))
    addEventListener("pageshow", ({ persisted }) => { if (persisted) this.#again() }, { signal }) // what came meanwhile was not heard
    this.#queue({})
    this.#ask({ is: "who" })
    this.#asking = setInterval(() => this.#wonder(), SILENT)
    document.addEventListener("visibilitychange", () => this.#wonder(), { signal })
  }

  // Another session has another wire.
  end() {
    this.#over = true
    this.#leads = false
    this.#gone.abort()
    clearInterval(this.#asking)
    this.#calm()
    this.#socket?.close()
    this.#channel?.close()
    this.#channel = null
    this.#release()
  }

  // Connect now, if nothing is connected; a tab that does not lead asks for it when somebody looks at it.
  dial() {
    if (this.#over) return
    if (this.#leads) this.#connect()
    else if (document.visibilityState === "visible") this.#ask({ is: "dial" })
  }

  send(text) {
    if (this.#leads) this.#socket.send(text)
    else this.#ask({ is: "ask", text })
  }

  #connect() {
    if (this.#socket && this.#socket.readyState < WebSocket.CLOSING) return
    const url = new URL("/ws", location.href)
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    const socket = new WebSocket(url, "latchkey.v1")
    this.#socket = socket
    const current = () => this.#leads && this.#socket === socket
    socket.addEventListener("open", () => { if (current()) this.#opened() }) // one's own greeting goes first
    socket.addEventListener("message", ({ data }) => { if (current()) { this.#on.heard(data); this.#say({ is: "frame", text: data }) } })
    socket.addEventListener("close", ({ code }) => { if (current()) this.#lost(code) })
  }

  #opened() {
    this.open = true
    this.#on.opened()
    this.#say({ is: "open" })
  }

  // The network is gone, says the browser; a socket by itself would notice only minutes later.
  #drop() {
    const socket = this.#socket
    if (!this.#leads || !socket) return
    this.#socket = null
    socket.close()
    this.#lost(REFUSED)
  }

  #lost(code) {
    const refused = code === REFUSED && !this.open
    this.#say({ is: "closed", code })
    this.#closed(code)
    if (refused) this.#signedOut().then((out) => { if (out) this.#lost(SIGNED_OUT) }).catch(() => {})
  }

  // The upgrade was refused: because nobody is signed in any more, or because the server is away?
  async #signedOut() {
    const answer = await fetch("/settings", { method: "HEAD", redirect: "manual" })
    return answer.status === 401
  }

  #closed(code) {
    if (this.#over) return
    this.open = false
    this.#over = code === SIGNED_OUT || code === 4403
    this.#on.closed(code)
  }

  // -- who leads -------------------------------------------------------------------------------------------------------

  #queue(how) {
    const signal = how.steal ? undefined : this.#gone.signal
    navigator.locks.request(this.#name, { ...how, signal }, () => { this.#lead(); return new Promise((done) => { this.#release = done }) })
      .catch(({ name }) => { if (!this.#gone.signal.aborted) name === "AbortError" ? this.#follow() : this.#lead() })
  }

  #lead() {
    this.#calm()
    this.#leads = true
    this.#say({ is: "leads" })
    if (this.open) this.#closed(0)
    this.dial()
  }

  // Another tab took over because this one gave no sign of life.
  #follow() {
    this.#leads = false
    this.#socket?.close()
    this.#socket = null
    this.#queue({})
    this.#again()
  }

  #again() {
    if (this.#leads) return
    if (this.open) this.#closed(0)
    this.#ask({ is: "who" })
  }

  #wonder() { if (!this.#leads && !this.#over && document.visibilityState === "visible") this.#ask({ is: "who" }) }

  // Whoever leads answers at once, whatever the server does; else somebody must take over.
  #ask(what) {
    this.#say({ ...what, from: this.tab, at: Date.now() })
    this.#doubt ??= setTimeout(() => { if (!this.#leads) this.#queue({ steal: true }) }, SILENT)
  }

  #calm() {
    clearTimeout(this.#doubt)
    this.#doubt = null
  }

  // -- what tabs say to each other -------------------------------------------------------------------------------------

  #say(what) { this.#channel?.postMessage({ by: this.tab, ...what }) }

  // What a stuck tab finds when it comes round is old: who asked has given it up and asked again.
  #told({ is, by, from, to, text, code, at }) {
    if (from) { if (this.#leads && Date.now() - at < SILENT) this.#asked(is, from, text); return }
    if (is === "leads") { this.#leader = by; if (this.open && !this.#leads) this.#closed(0) }
    this.#leader ??= by
    if (this.#leads || by !== this.#leader || (to && to !== this.tab)) return
    this.#calm()
    if (is === "frame") this.#on.heard(text)
    else if (is === "open" && !this.open && !this.#over) { this.open = true; this.#on.opened() }
    else if (is === "closed" && (this.open || code)) this.#closed(code)
  }

  #asked(is, from, text) {
    const open = this.#socket?.readyState === WebSocket.OPEN
    if (is === "ask" && open) this.#socket.send(text)
    if (is === "dial") this.#connect()
    this.#say({ is: is === "ask" && open ? "taken" : open ? "open" : "closed", code: 0, to: from })
  }
}
