// What a press needs and the page does not: each part is fetched when it is first needed, and all of them once the page
// rests, so that a press is quick and works without a network, too (table C of ux.md).
import { complain } from "./trouble.js"

const PARTS = {
  about: () => import("./about.js"),
  answer: () => import("./answer.js"),
  cover: () => import("./cover.js"),
  draft: () => import("./draft.js"),
  edit: () => import("./edit.js"),
  going: () => import("./going.js"),
  goto: () => import("./goto.js"),
  reply: () => import("./reply.js"),
  "segment-meter": () => import("./segment-meter.js"),
  typing: () => import("./typing.js"),
}
const MISSING = { code: "offline", message: "A part of this page did not arrive. Check your connection and try again. Your text is kept here." }

// The module of a part; where it cannot be fetched that is said, and thrown as the connection's own errors are.
export async function later(part) {
  try { return await PARTS[part]() } catch {
    complain(MISSING.message)
    throw MISSING
  }
}

export function fetchRest() {
  const fetchAll = () => { for (const fetch of Object.values(PARTS)) fetch().catch(() => {}) } // else at the press
  if ("requestIdleCallback" in window) requestIdleCallback(fetchAll, { timeout: 1000 })
  else setTimeout(fetchAll, 200)
}
