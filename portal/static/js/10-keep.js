// What is typed is kept on the server every 20 seconds, when the page is put away and when the network is back (F48, S30).
// Nothing is kept in the browser: it may be somebody else's.
{
  const EVERY = 20_000 // ms
  const form = document.querySelector("form[data-keep]")
  const line = document.querySelector(".kept")
  const spoken = line?.nextElementSibling
  const notice = document.querySelector(".soon")
  let typed = false // something stands there that was not kept
  let state = "" // the word for how the last try went
  let leaving = false
  let waiting = 0
  let asking = null

  // Heard when it changes, and not each time it is so again.
  const tell = (word, shows = true) => {
    line.textContent = shows ? words[word] : ""
    if (word !== state) spoken.textContent = words[word]
    state = word
  }
  const stuck = () => state === "again" || state === "offline"

  // The notice before the page locks itself waits as long as the server says; it began to wait when the page opened.
  const stays = (seconds) => { notice.style.animationDelay = `${Math.round(performance.now() / 1000 + Math.max(0, seconds - 120))}s` }

  const post = async (keepalive) => {
    typed = false
    try {
      const answer = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error", keepalive })
      if (answer.ok) {
        const left = (await answer.json()).locks_in
        stays(left)
        tell(left ? "kept" : "locked", !typed)
        return true
      }
      if (answer.status < 500 && answer.status !== 429) { tell("stop"); return false }
    } catch { /* no network: as if it had not answered */ }
    typed = true
    tell("again")
    plan()
    return false
  }

  const keep = (keepalive = false) => {
    clearTimeout(waiting)
    waiting = 0
    asking ??= post(keepalive).finally(() => {
      asking = null
      if (typed && document.hidden && !stuck()) keep(true) // put away while the words before were on their way
      else if (typed) plan()
    })
    return asking
  }

  const plan = () => { if (state !== "stop") waiting ||= setTimeout(keep, EVERY) }

  // As if the button had been pressed again; no Safari before 16 can say so but by pressing.
  const go = (button) => { if (form.requestSubmit) form.requestSubmit(button); else if (button) button.click(); else form.submit() }

  // Without a network the browser would show its own page instead: the words stay here until it is back.
  const send = async (event) => {
    if (leaving || state === "stop" || (!stuck() && navigator.onLine)) { leaving = true; return }
    event.preventDefault()
    if (await keep() || state === "stop") { leaving = true; go(event.submitter) } else tell("offline")
  }

  if (form) {
    line.hidden = false
    form.addEventListener("input", () => {
      typed = true
      if (!stuck() && state !== "stop") line.textContent = ""
      plan()
    })
    form.addEventListener("submit", send)
    addEventListener("online", () => { if (typed) keep() })
    addEventListener("pageshow", () => { leaving = false })
    document.addEventListener("visibilitychange", () => { if (document.hidden && typed && !leaving && state !== "stop") keep(true) })
    addEventListener("beforeunload", (event) => { if (typed && !leaving && stuck()) event.preventDefault() })
  }
}
