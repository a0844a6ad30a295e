// A sheet to sign on with a finger or a mouse, beside the name that can be typed instead (F48, F71). Only the way that the
// pen went is sent; the picture is made of it by the server.
{
  const WIDE = 600
  const HIGH = 200
  const MOST = 4_900 // points
  const way = document.querySelector("input[data-draw]")
  if (way) {
    const hint = document.createElement("p")
    const sheet = document.createElement("canvas")
    const wipe = document.createElement("button")
    const pen = sheet.getContext("2d")
    let strokes = []
    let points = 0
    let last = null // where the pen is while it is down

    Object.assign(hint, { className: "hint", id: "draw-h", textContent: way.dataset.draw })
    Object.assign(sheet, { className: "sheet", width: WIDE, height: HIGH })
    Object.assign(wipe, { type: "button", className: "btn btn-quiet", textContent: way.dataset.wipe })
    sheet.setAttribute("role", "img")
    sheet.setAttribute("aria-labelledby", hint.id)
    Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round" })

    const at = ({ clientX, clientY }) => {
      const { left, top, width, height } = sheet.getBoundingClientRect()
      const within = (part, most) => Math.max(0, Math.min(most, Math.round(part * most)))
      return [within((clientX - left) / width, WIDE), within((clientY - top) / height, HIGH)]
    }
    const go = (point) => {
      if (points >= MOST || (point[0] === last?.[0] && point[1] === last?.[1])) return
      if (!last) strokes.push([])
      pen.beginPath()
      pen.moveTo(...(last ?? point))
      pen.lineTo(...point)
      pen.stroke()
      strokes[strokes.length - 1].push(point.join(" "))
      points += 1
      last = point
    }
    const up = () => {
      last = null
      way.value = strokes.map((stroke) => `M${stroke.join("L")}`).join("")
      sheet.after(wipe)
    }
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return
      sheet.setPointerCapture(event.pointerId)
      go(at(event))
    })
    sheet.addEventListener("pointermove", (event) => { if (last) for (const one of event.getCoalescedEvents?.() ?? [event]) go(at(one)) })
    sheet.addEventListener("pointerup", up)
    sheet.addEventListener("pointercancel", up)
    wipe.addEventListener("click", () => {
      strokes = []
      points = 0
      way.value = ""
      pen.clearRect(0, 0, WIDE, HIGH)
      way.previousElementSibling.focus() // the name, since the button goes
      wipe.remove()
    })
    way.value = "" // what a browser put back belongs to a drawing that is gone
    way.after(hint, sheet)
  }
}
