// How many letters are left, once few are, or where a question says how many it takes (F48). Counted as the server does.
{
  const FEW = 200
  const QUIET = 1_000 // ms without typing before it is said
  for (const field of document.querySelectorAll("[data-most]")) {
    const most = Number(field.dataset.most)
    const shown = document.createElement("p")
    const spoken = document.createElement("p")
    let pause = 0
    shown.className = "hint"
    shown.setAttribute("aria-hidden", "true")
    spoken.className = "vh"
    spoken.setAttribute("role", "status")
    const count = () => {
      const left = most - [...field.value.trim().normalize("NFC")].length
      shown.textContent = left <= Math.max(FEW, most / 10) || most < 1_000 ? `${left < 0 ? words.over : words.left} ${Math.abs(left)}` : ""
      shown.classList.toggle("err", left < 0)
    }
    field.addEventListener("input", () => {
      count()
      clearTimeout(pause)
      pause = setTimeout(() => { spoken.textContent = shown.textContent }, QUIET)
    })
    count()
    field.after(shown, spoken)
  }
}
