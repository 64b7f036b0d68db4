/* The door: reads tickets with the camera where the browser can, and shows each answer without leaving the page, so that the
   camera stays on for the next one. Without this the field for codes does the same. */

const LOOK_EVERY = 200, SAME_AGAIN = 5000;

const box = document.querySelector("[data-scan]"), form = document.querySelector("form[data-code]");
if (box && form && "BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) start().catch(() => { box.hidden = true; });

async function start() {
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const button = box.querySelector("button"), video = box.querySelector("video"), status = box.querySelector("[role=status]");
  const scan = button.textContent;
  let stream = null, last = { text: "", at: 0 }, busy = false;

  box.hidden = false;
  button.addEventListener("click", () => (stream ? close() : open()));
  addEventListener("pagehide", close);

  async function open() {
    status.textContent = "";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      video.srcObject = stream;
      video.hidden = false;
      button.textContent = button.dataset.stop;
      await video.play();
    } catch {
      close();
      status.textContent = box.dataset.noCamera;
      return;
    }
    look();
  }

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
    video.hidden = true;
    button.textContent = scan;
  }

  /* A ticket that stays before the camera is sent once. */
  async function look() {
    if (!stream) return;
    if (!busy) {
      const found = await detector.detect(video).catch(() => []);
      const text = found[0]?.rawValue ?? "", now = Date.now();
      if (text && (text !== last.text || now - last.at > SAME_AGAIN)) await send(text);
      if (text) last = { text, at: Date.now() };
    }
    setTimeout(look, LOOK_EVERY);
  }

  async function send(text) {
    busy = true;
    const words = new FormData(form);
    words.set("code", text);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(words) });
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      status.textContent = "";
    } catch {
      status.textContent = box.dataset.away;
      last = { text: "", at: 0 };
    }
    busy = false;
  }

  /* Of the page that was answered, what is said and how many are here. Where there is neither, the door is closed. */
  function show(page) {
    const said = page.getElementById("answer"), arrivals = page.getElementById("arrivals");
    if (!said || !arrivals) return location.reload();
    document.getElementById("answer").replaceChildren(...said.childNodes);
    document.getElementById("arrivals").replaceChildren(...arrivals.childNodes);
    navigator.vibrate?.(document.querySelector("#answer .stop") ? [200, 100, 200] : 80);
  }
}
