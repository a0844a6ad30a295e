// Days between messages, in the practice's own zone, as the server writes them.
const zone = document.querySelector(".app").dataset.zone
const written = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: zone })

export function arrangeDays(inner) {
  let before = ""
  for (const row of inner.querySelectorAll(".msg")) {
    const day = written.format(new Date(row.querySelector("time").getAttribute("datetime"))).replace(",", "")
    let above = row.previousElementSibling
    if (above?.id === "new") above = above.previousElementSibling
    const has = above?.matches(".day[data-day]") ? above : null
    if (day === before) has?.remove()
    else if (has?.dataset.day !== day) { has?.remove(); (row.previousElementSibling?.id === "new" ? row.previousElementSibling : row).before(line(day)) }
    before = day
  }
  for (const day of inner.querySelectorAll(".day[data-day]")) {
    const next = day.nextElementSibling
    if (!next || next.matches(".day[data-day]")) day.remove()
  }
}

function line(day) {
  const made = document.createElement("p")
  made.className = "day"
  made.dataset.day = day
  const words = document.createElement("span")
  words.textContent = day
  made.append(words)
  return made
}
