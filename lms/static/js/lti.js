// A launch from a teaching platform where a cookie may be blocked: the platform keeps our secret meanwhile, in the frame it
// names (1EdTech LTI postMessage Storage 0.1). Then on; with what was kept, or without, which the server tells apart.
const PATIENCE = { "lti.put_data": 3000, "lti.get_data": 4000 }; // milliseconds; a busy phone takes its time

export function bind(element) {
  const told = element.dataset;
  if (told.lti === "send") return element.submit();
  if (told.lti === "close") return (window.opener ?? window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, told.origin);
  const storing = told.lti === "put";
  const message = storing ? { subject: "lti.put_data", key: told.key, value: told.value } : { subject: "lti.get_data", key: told.key };
  ask(message, told.storage, told.origin).then((answer) => {
    if (storing) {
      location.replace(element.href);
    } else {
      element.elements.kept.value = answer?.value ?? "";
      element.submit();
    }
  });
}

function ask(message, storage, origin) {
  const above = window.parent === window ? window.opener : window.parent;
  if (!storage || !origin || !above) return Promise.resolve();
  return new Promise((resolve) => {
    const message_id = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    const hear = (event) => {
      const said = event.data;
      if (event.origin !== origin || said?.message_id !== message_id || said.subject !== `${message.subject}.response`) return;
      window.removeEventListener("message", hear);
      resolve(said);
    };
    window.addEventListener("message", hear);
    setTimeout(resolve, PATIENCE[message.subject]);
    let target = above;
    try {
      if (storage !== "_parent") target = above.frames[storage] ?? above;
    } catch {
      // a frame of that name is not to be seen from here: the parent answers for it
    }
    target.postMessage({ ...message, message_id }, origin);
  });
}
