// The heap of another process of node after a collection, over its debugger (Chrome DevTools Protocol).

type Reply = { readonly id: number; readonly result: { readonly usedSize?: number } };

/** @param url where its debugger listens, "ws://127.0.0.1:..." */
export async function heapAfterCollection_MB(url: string): Promise<number> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`no debugger at ${url}`));
  });
  const ask = (id: number, method: string): Promise<Reply> =>
    new Promise((resolve) => {
      socket.onmessage = ({ data }) => {
        const reply = JSON.parse(String(data)) as Reply;
        if (reply.id === id) resolve(reply);
      };
      socket.send(JSON.stringify({ id, method }));
    });
  await ask(1, "HeapProfiler.collectGarbage");
  const { result } = await ask(2, "Runtime.getHeapUsage");
  socket.close();
  return (result.usedSize ?? 0) / 1e6;
}
