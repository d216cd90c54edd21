// Saves each answer of a questionnaire page as it is given and says whether it has arrived.
// Nothing here is needed: without this file "Next" posts the page.
"use strict";
(() => {
  const form = document.querySelector("form[data-survey]");
  if (!form) return;

  const ANSWER = ".likert";
  const TYPING_PAUSE_MS = 700;
  const ANSWER_WITHIN_MS = 10000;
  const SECOND_DIGIT_MS = 1000;
  const RETRY_MS = [1000, 2000, 4000, 8000, 15000, 30000];

  const unsent = new Map(); // key -> {value, sequence}; leaves when the server has it
  const typing = new Map(); // key -> timer of a text that is still being typed
  const refused = new Set(); // keys whose last value the server would not take
  let sequence = Number(form.dataset.sequence);
  let isSending = false;
  let failures = 0;
  let retry = 0;
  let digit = { of: null, key: "", at: 0 }; // the last digit pressed on a scale from 0 to 10
  let goTo = ""; // where "Next" or "Back" leads once the last answer has arrived

  // --- what to save ---------------------------------------------------------------------------------------------

  function keep(key, value) {
    clearTimeout(typing.get(key));
    typing.delete(key);
    sequence = Math.max(sequence + 1, Date.now()); // rises in every window, so that the later answer wins
    unsent.set(key, { value, sequence });
    send();
  }

  function valueOf(control) {
    if (control.type !== "range") return control.value;
    return mark(control).checked ? control.value : "";
  }

  function mark(range) {
    return form.elements[range.name + "-set"];
  }

  function changed(control) {
    const { name } = control;
    if (control.matches("[data-sets]")) {
      const range = form.elements[control.dataset.sets];
      keep(range.name, valueOf(range));
    } else if (control.matches("[data-declines]")) {
      for (const key of control.dataset.declines.split(" ")) {
        keep(key, control.checked ? control.value : valueOf(form.elements[key]));
      }
    } else if (control.type === "range") {
      place(control);
      keep(name, control.value);
    } else if (control.closest(ANSWER)) {
      keep(name, control.value);
    }
    countLeft();
  }

  function place(range) {
    mark(range).checked = true;
    describe(range);
    const decline = form.elements[range.dataset.declinedBy];
    if (!decline || !decline.checked) return;
    decline.checked = false;
    changed(decline); // the other marker is open again
  }

  function describe(range) {
    const right = Number(range.value);
    const { left: leftWord, right: rightWord, middle } = range.dataset;
    const words = right === 50 ? middle : `${leftWord} ${100 - right}, ${rightWord} ${right}`;
    const shown = range.closest("[data-marker]").querySelector("output");
    range.setAttribute("aria-valuetext", words);
    shown.value = mark(range).checked ? words : shown.dataset.notSet;
  }

  function isGiven(answer) {
    const marks = [...answer.querySelectorAll("[data-sets]")];
    return marks.length && marks.every((box) => box.checked)
      || Boolean(answer.querySelector("[type=radio]:checked, [data-declines]:checked"));
  }

  function countLeft() {
    const counter = form.querySelector("[data-some]");
    const asked = [...form.querySelectorAll(`${ANSWER}:has(input)`)]; // comments are never counted
    const open = asked.filter((answer) => !isGiven(answer)).length;
    if (!asked.length) return;
    counter.textContent = open ? counter.dataset.some.replace("#", open) : counter.dataset.none;
  }

  // --- sending --------------------------------------------------------------------------------------------------

  function csrfToken() {
    const name = form.dataset.csrfCookie + "=";
    const cookie = document.cookie.split("; ").find((part) => part.startsWith(name));
    return cookie ? cookie.slice(name.length) : form.elements.csrfmiddlewaretoken.value;
  }

  async function send() {
    if (isSending || !unsent.size) return;
    clearTimeout(retry);
    isSending = true;
    show("saving");
    while (unsent.size) {
      const [key, answer] = unsent.entries().next().value;
      const { verdict, words } = await post(key, answer);
      if (verdict === "closed") return leaveTo(form); // the server answers with what was typed
      if (verdict === "later" || verdict === "signed-out") {
        isSending = false;
        show(verdict);
        retry = setTimeout(send, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
        return;
      }
      failures = 0;
      if (unsent.get(key) !== answer) continue; // changed meanwhile: what counts is the newer one
      unsent.delete(key);
      complain(key, words);
      if (verdict === "kept") {
        refused.delete(key);
      } else {
        refused.add(key);
        goTo = "";
      }
    }
    isSending = false;
    if (typing.size) return;
    show(refused.size ? "refused" : "saved");
    if (goTo) leaveTo(goTo);
  }

  async function post(key, { value, sequence: number }) {
    try {
      const response = await fetch(form.dataset.saveUrl, {
        method: "POST",
        body: new URLSearchParams({ key, value, sequence: number }),
        headers: { "X-CSRFToken": csrfToken() },
        redirect: "manual",
        keepalive: true,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (response.status === 410) return { verdict: "closed" };
      if (response.type === "opaqueredirect" || response.status === 403) return { verdict: "signed-out" };
      if (response.status === 422 || response.status === 400) return { verdict: "refused", words: await response.text() };
      return response.ok ? { verdict: "kept", words: "" } : { verdict: "later" };
    } catch {
      return { verdict: "later" };
    }
  }

  function leaveTo(target) {
    for (const waiting of [unsent, typing, refused]) waiting.clear();
    if (typeof target === "object" && target !== form) { // the button of a language: its page comes again
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: target.name, value: target.value }));
      target = form;
    }
    if (target === form) form.submit();
    else location.assign(target);
  }

  // --- telling --------------------------------------------------------------------------------------------------

  function show(state) {
    const saveMark = document.querySelector("[data-save-mark]");
    saveMark.hidden = false;
    saveMark.dataset.saveMark = state;
    for (const words of saveMark.querySelectorAll("[data-state]")) words.hidden = words.dataset.state !== state;
    for (const help of form.querySelectorAll("[data-help]")) help.hidden = help.dataset.help !== state;
  }

  function complain(key, words) {
    const control = form.elements[key];
    const answer = (control instanceof RadioNodeList ? control[0] : control).closest(ANSWER);
    const error = answer.querySelector(".field-error") || document.createElement("p");
    error.className = "field-error";
    error.role = "alert";
    error.hidden = !words;
    error.textContent = words;
    if (words) answer.querySelector("legend, label").after(error);
    answer.classList.toggle("todo", Boolean(words));
  }

  // --- keys -----------------------------------------------------------------------------------------------------

  function press(event) {
    // Only inside a statement or a pair, so that the keys never surprise a screen reader or a text field.
    const answer = event.target.closest(ANSWER);
    if (!answer || event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.toLowerCase();
    const decline = answer.querySelector("[data-declines]");
    if (decline && key === "n" && event.target.matches("[type=range], [type=checkbox]")) {
      event.preventDefault();
      decline.checked = !decline.checked;
      changed(decline);
      return;
    }
    if (!event.target.matches("[type=radio]")) return;
    const isTen = Boolean(answer.querySelector(".ten"));
    const radio = radioOf(answer, isTen ? ten(answer, key) : key);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    changed(radio);
    if (isTen) radio.focus(); // a second digit may follow: 1 and 0 are 10
    else goOn(answer);
  }

  function radioOf(answer, key) {
    const value = key === "n" ? "na" : key;
    return [...answer.querySelectorAll("input[type=radio]")].find((option) => option.value === value);
  }

  function ten(answer, key) {
    const isSecond = key === "0" && digit.of === answer && digit.key === "1" && Date.now() - digit.at < SECOND_DIGIT_MS;
    digit = { of: answer, key, at: Date.now() };
    return isSecond ? "10" : key;
  }

  function goOn(answer) {
    const answers = [...form.querySelectorAll(ANSWER)];
    const next = answers[answers.indexOf(answer) + 1];
    const target = next
      ? next.querySelector(":checked") || next.querySelector("input, textarea")
      : form.querySelector("[type=submit]");
    target.focus();
    target.scrollIntoView({ block: "center" });
  }

  // --- start ----------------------------------------------------------------------------------------------------

  form.addEventListener("change", (event) => changed(event.target));
  form.addEventListener("input", ({ target }) => {
    if (target.type === "range") place(target);
    if (!target.matches("textarea")) return;
    clearTimeout(typing.get(target.name));
    show("saving");
    typing.set(target.name, setTimeout(() => keep(target.name, target.value), TYPING_PAUSE_MS));
  });
  form.addEventListener("keydown", press);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && event.submitter.name === "lang") goTo = event.submitter;
    else goTo = event.submitter && event.submitter.value === "back" ? form.dataset.back : form.dataset.next;
    for (const key of [...typing.keys(), ...refused]) keep(key, form.elements[key].value);
    if (unsent.size) send();
    else leaveTo(goTo);
  });
  addEventListener("online", send);
  addEventListener("offline", () => unsent.size && show("later"));
  addEventListener("beforeunload", (event) => {
    if (unsent.size || typing.size || refused.size) event.preventDefault();
  });

  for (const range of form.querySelectorAll("[type=range]")) describe(range);
  for (const hint of form.querySelectorAll("[data-with-script]")) hint.hidden = false;
  for (const needless of form.querySelectorAll("[data-without-script]")) needless.hidden = true;
  // Answers given before this file was ready, or put back by the browser.
  for (const control of form.elements) {
    if (control.checked && !control.defaultChecked) changed(control);
    else if (control.matches("textarea, [type=range]") && control.value !== control.defaultValue) changed(control);
  }
  countLeft();
  if (!unsent.size) show("saved");
})();
