// On pages without a connection of their own: does the session for which the page was made still stand? Else the page is
// covered (U7). To ask is no activity: nobody is kept signed in by it (S45).
import { cover } from "./cover.js"

const EVERY = 30000 // ms

async function look() {
  const mine = document.querySelector('meta[name="session"]').content
  const answer = await fetch("/login/here", { method: "HEAD" }).catch(() => null)
  if (answer?.status === 401 || (answer?.ok && answer.headers.get("Session-Id") !== mine)) cover()
}

setInterval(look, EVERY)
addEventListener("focus", look)
addEventListener("pageshow", ({ persisted }) => { if (persisted) look() })
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") look() })
if ("BroadcastChannel" in window) new BroadcastChannel("signed in").addEventListener("message", look)
