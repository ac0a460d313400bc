(state) => {
    const listeners = {};
    const bytes = (text) => { const raw = atob(text); return new DataView(Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer); };
    state.whole = bytes(state.whole);
    const fire = (name, ...given) => (listeners[name] ?? []).slice().forEach((heard) => heard(...given));
    const model = {
        comm_live: true,
        get: (name) => state[name],
        set: (name, value) => { state[name] = value; fire(`change:${name}`); },
        save_changes: () => window.py_set(JSON.stringify({ drafts: state.drafts, lang: state.lang })),
        on: (name, heard) => { (listeners[name] ??= []).push(heard); },
        off: (name, heard) => { listeners[name] = (listeners[name] ?? []).filter((other) => other !== heard); },
        send: async (content, _callbacks, buffers = []) => {
            if (!model.comm_live) throw new Error("Cannot send");
            window.sent = (window.sent ?? 0) + 1;
            const raw = await Promise.all(buffers.map(async (b) => { let text = ""; for (const byte of new Uint8Array(b)) text += String.fromCharCode(byte); return btoa(text); }));
            if (window.mute) return;
            window.arrive(await window.py_send(JSON.stringify(content), raw));
        },
        die: () => { model.comm_live = false; fire("comm_live_update"); },
    };
    window.arrive = (messages) => { for (const { content, buffers, set } of messages) { if (set) for (const [name, value] of Object.entries(set)) model.set(name, value); else fire("msg:custom", content, buffers.map(bytes)); } };
    window.model = model;
}
