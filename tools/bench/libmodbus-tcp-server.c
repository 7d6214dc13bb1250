// A Modbus TCP server as libmodbus' own example bandwidth-server-many-up makes it: one thread, select() over all clients,
// every register there and 0. Ends when its standard input does. Usage: libmodbus-tcp-server PORT

#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

enum { MOST_WAITING = 32, REGISTERS = 65536 };

static void fail(const char *what) {
  fprintf(stderr, "libmodbus-tcp-server: %s\n", what);
  exit(1);
}

/** Serves one request of a client, or closes what it has left. */
static void serve(modbus_t *context, modbus_mapping_t *registers, int client, fd_set *watched) {
  uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
  modbus_set_socket(context, client);
  const int length = modbus_receive(context, request);
  if (length > 0) modbus_reply(context, request, length, registers);
  if (length != -1) return;
  close(client);
  FD_CLR(client, watched);
}

int main(int argc, char **argv) {
  if (argc != 2) fail("PORT");
  modbus_t *context = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  modbus_mapping_t *registers = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
  if (context == NULL || registers == NULL) fail("no memory");
  int server = modbus_tcp_listen(context, MOST_WAITING);
  if (server < 0) fail("cannot listen");
  fd_set watched;
  FD_ZERO(&watched);
  FD_SET(STDIN_FILENO, &watched);
  FD_SET(server, &watched);
  int last = server;
  for (;;) {
    fd_set ready = watched;
    if (select(last + 1, &ready, NULL, NULL, NULL) < 0) fail("cannot wait");
    if (FD_ISSET(STDIN_FILENO, &ready)) return 0;
    for (int found = STDERR_FILENO + 1; found <= last; found++) {
      if (!FD_ISSET(found, &ready)) continue;
      if (found != server) {
        serve(context, registers, found, &watched);
        continue;
      }
      const int client = modbus_tcp_accept(context, &server);
      if (client < 0) continue;
      FD_SET(client, &watched);
      if (client > last) last = client;
    }
  }
}
