// Saves each part of a feedback form as a draft while it is written, and says whether it has arrived.
// Nothing here is needed: without this file the buttons post the whole page.
"use strict";
(() => {
  const form = document.querySelector("form[data-feedback]");
  if (!form) return;

  const TYPING_PAUSE_MS = 700;
  const ANSWER_WITHIN_MS = 10000;
  const RETRY_MS = [1000, 2000, 4000, 8000, 15000, 30000];

  const parts = [...form.querySelectorAll("[data-part]")].map((box) => ({
    box,
    saved: words(box), // what the server has, as far as this page knows
    refused: "", // what the server would not take
    isHeld: Boolean(conflictOf(box).firstElementChild), // two answers: the person chooses first
    typing: 0,
  }));
  let isSending = false;
  let isLeaving = false;
  let failures = 0;
  let retry = 0;
  let button = null; // what was pressed while something was still on its way

  function conflictOf(box) {
    return box.querySelector("[data-conflict]");
  }

  /** The answer of a part as it would be sent, without its revision. */
  function words(box) {
    const said = new URLSearchParams();
    for (const control of box.querySelectorAll("input[type=radio]:checked, textarea")) {
      said.append(control.name, control.value);
    }
    return said.toString();
  }

  function isUnsaved(part) {
    return words(part.box) !== part.saved;
  }

  function revisionOf(part) {
    return form.elements[`${part.box.dataset.part}-revision`];
  }

  // --- saving ---------------------------------------------------------------------------------------------------

  async function send() {
    clearTimeout(retry);
    if (isSending || isLeaving) return;
    const part = parts.find((one) => !one.isHeld && isUnsaved(one) && words(one.box) !== one.refused);
    if (!part) return rest();
    isSending = true;
    show("saving");
    const sent = words(part.box);
    const verdict = await post(part, sent);
    isSending = false;
    if (verdict === "over") return leave(() => form.submit()); // sent or ended meanwhile: the server says so
    if (verdict === "later" || verdict === "signed-out") {
      button = null;
      show(verdict);
      retry = setTimeout(send, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
      return;
    }
    failures = 0;
    if (verdict === "kept") part.saved = sent;
    if (verdict === "refused") part.refused = sent;
    send();
  }

  async function post(part, sent) {
    const body = new URLSearchParams(sent);
    body.set("part", part.box.dataset.part);
    body.set(revisionOf(part).name, revisionOf(part).value);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    try {
      const response = await fetch(form.dataset.saveUrl, {
        method: "POST",
        body,
        redirect: "manual",
        keepalive: true,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (response.type === "opaqueredirect" || response.status === 403) return "signed-out";
      if (response.status === 409) return choose(part, await response.text());
      if (response.status === 422) return (await response.json()).is_over ? "over" : "refused";
      if (!response.ok) return "later";
      revisionOf(part).value = (await response.json()).revision;
      return "kept";
    } catch {
      return "later";
    }
  }

  /** Nothing is on its way any more. */
  function rest() {
    const held = parts.find((one) => one.isHeld);
    const isRefused = parts.some((one) => one.refused && isUnsaved(one));
    show(held ? "conflict" : isRefused ? "refused" : "saved");
    if (!button) return;
    const pressed = button;
    button = null;
    if (held) return conflictOf(held.box).firstElementChild.focus();
    leave(() => setTimeout(() => form.requestSubmit(pressed))); // not within the event that asked for it: it would be ignored
  }

  function leave(how) {
    isLeaving = true;
    how();
  }

  // --- two answers ----------------------------------------------------------------------------------------------

  function choose(part, html) {
    conflictOf(part.box).innerHTML = html; // our own page, escaped by the server
    part.isHeld = true;
    offer(part);
    return "conflict";
  }

  function offer(part) {
    const conflict = conflictOf(part.box);
    const keep = conflict.querySelector("[data-keep]");
    keep.hidden = false;
    for (const needless of conflict.querySelectorAll("[data-without-script]")) needless.hidden = true;
    conflict.firstElementChild.focus();
    keep.addEventListener("click", () => {
      revisionOf(part).value = keep.dataset.keep;
      conflict.replaceChildren();
      part.isHeld = false;
      part.saved = "";
      part.box.querySelector(":checked, input[type=radio], textarea").focus();
      send();
    });
    conflict.querySelector("[data-take]").addEventListener("click", () => {
      isLeaving = true; // left on purpose: no warning
    });
  }

  // --- telling --------------------------------------------------------------------------------------------------

  function show(state) {
    const mark = document.querySelector("[data-save-mark]");
    mark.hidden = false;
    for (const one of mark.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== state;
    for (const help of form.querySelectorAll("[data-help]")) help.hidden = help.dataset.help !== state;
  }

  // --- start ----------------------------------------------------------------------------------------------------

  for (const part of parts) {
    part.box.addEventListener("change", send);
    part.box.addEventListener("input", ({ target }) => {
      if (!target.matches("textarea")) return;
      clearTimeout(part.typing);
      part.typing = setTimeout(send, TYPING_PAUSE_MS);
    });
    if (part.isHeld) offer(part);
  }
  form.addEventListener("submit", (event) => {
    if (isLeaving) return;
    event.preventDefault();
    button = event.submitter;
    send();
  });
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && parts.some(isUnsaved)) event.preventDefault();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload(); // back from the next page: revisions here are old
  });
  if (parts.some((one) => one.isHeld)) show("conflict");
})();
