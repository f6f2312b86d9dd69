import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { Turns } from "./turns";

it("lets an answer take its time, whatever the one before it was given", async () => {
  const timeouts: (number | undefined)[] = [];
  const server = createServer(
    new Turns(({ socket }, response) => {
      timeouts.push(socket.timeout);
      response.end();
      timeouts.push(socket.timeout);
    }).take,
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const request = (more: string): string => `GET / HTTP/1.1\r\nhost: a\r\n${more}\r\n`;
  socket.resume().write(request("") + request("connection: close\r\n"));
  await closed;
  server.close();
  expect(timeouts).toEqual([0, 30_000, 0, 30_000]);
});
