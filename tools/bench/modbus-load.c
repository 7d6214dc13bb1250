// Asks a Modbus TCP server as fast as it answers: so many connections with one request outstanding each, for a fixed time.
// With one connection it sleeps while the server works. With several it looks for answers without ever sleeping, for to wake it
// would cost the server time that a client on another machine does not; but it lets others have its processor. Checks every
// answer and prints how many came and how long they took. Usage:
// modbus-load PORT CONNECTIONS MILLISECONDS FUNCTION ADDRESS COUNT

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 64, MOST_ANSWERS = 4000000, UNIT = 255, LONGEST = 260, LOOK_ms = 100 };
static const uint64_t PATIENCE_ns = 2000000000u;

typedef struct {
  int socket;
  uint16_t transaction;
  int received;
  uint64_t asked_ns;
  uint8_t answer[LONGEST];
} Connection;

static Connection connections[MOST_CONNECTIONS];
static uint32_t latencies_ns[MOST_ANSWERS];
static int answers;
static int function, address, count;

static void fail(const char *what) {
  fprintf(stderr, "modbus-load: %s\n", what);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int connected(int port) {
  const struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int one = 1;
  const int found = socket(AF_INET, SOCK_STREAM, 0);
  if (found < 0 || connect(found, (const struct sockaddr *)&place, sizeof place) != 0) fail("cannot connect");
  setsockopt(found, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return found;
}

static void put16(uint8_t *at, int value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static void ask(Connection *connection) {
  uint8_t request[12] = {0, 0, 0, 0, 0, 6, UNIT, (uint8_t)function};
  put16(request, ++connection->transaction);
  put16(request + 8, address);
  put16(request + 10, count);
  connection->received = 0;
  connection->asked_ns = now_ns();
  if (send(connection->socket, request, sizeof request, MSG_NOSIGNAL) != sizeof request) fail("cannot send");
}

static void check(const Connection *connection) {
  const uint8_t *answer = connection->answer;
  uint8_t wanted[9] = {0, 0, 0, 0, 0, 0, UNIT, (uint8_t)function, (uint8_t)(2 * count)};
  put16(wanted, connection->transaction);
  put16(wanted + 4, 3 + 2 * count);
  if (memcmp(answer, wanted, sizeof wanted) != 0) fail("an answer is not what was asked for");
}

/** Takes what has come; 1 once the answer is whole. */
static int take(Connection *connection) {
  const int size = 9 + 2 * count;
  const ssize_t got = recv(connection->socket, connection->answer + connection->received, LONGEST - (size_t)connection->received, 0);
  if (got <= 0) fail("the server has closed a connection");
  connection->received += (int)got;
  // An exception is shorter than what is waited for.
  if (connection->received >= 9 && (connection->answer[7] & 0x80)) fail("the server answers with an exception");
  if (connection->received > size) fail("an answer is too long");
  if (connection->received < size) return 0;
  check(connection);
  if (answers == MOST_ANSWERS) fail("too many answers");
  latencies_ns[answers++] = (uint32_t)(now_ns() - connection->asked_ns);
  return 1;
}

static int rising(const void *a, const void *b) {
  const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
  return (left > right) - (left < right);
}

static double part_us(double part) {
  return answers == 0 ? 0 : latencies_ns[(int)(part * (answers - 1))] / 1000.0;
}

/** Asks and takes until the time is over; how long that was, ns. */
static uint64_t run(int poll, int used, uint64_t time_ns) {
  const uint64_t began_ns = now_ns();
  for (int i = 0; i < used; i++) ask(&connections[i]);
  uint64_t heard_ns = began_ns, last_ns = began_ns;
  while (last_ns - began_ns < time_ns) {
    struct epoll_event events[MOST_CONNECTIONS];
    const int ready = epoll_wait(poll, events, MOST_CONNECTIONS, used == 1 ? LOOK_ms : 0);
    for (int i = 0; i < ready; i++)
      if (take(events[i].data.ptr)) ask(events[i].data.ptr);
    if (ready == 0) sched_yield();
    last_ns = now_ns();
    if (ready > 0) heard_ns = last_ns;
    if (last_ns - heard_ns > PATIENCE_ns) fail("the server does not answer");
  }
  return last_ns - began_ns;
}

int main(int argc, char **argv) {
  if (argc != 7) fail("PORT CONNECTIONS MILLISECONDS FUNCTION ADDRESS COUNT");
  const int used = atoi(argv[2]);
  function = atoi(argv[4]);
  address = atoi(argv[5]);
  count = atoi(argv[6]);
  if (used < 1 || used > MOST_CONNECTIONS || count < 1 || count > 125) fail("out of range");
  const int poll = epoll_create1(0);
  for (int i = 0; i < used; i++) {
    connections[i].socket = connected(atoi(argv[1]));
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = &connections[i]};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].socket, &wanted) != 0) fail("cannot watch");
  }
  const uint64_t took_ns = run(poll, used, strtoull(argv[3], NULL, 10) * 1000000u);
  qsort(latencies_ns, (size_t)answers, sizeof *latencies_ns, rising);
  printf("{\"requests\":%d,\"seconds\":%.6f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"longest_us\":%.1f}\n", answers, (double)took_ns / 1e9,
         part_us(0.5), part_us(0.99), part_us(1));
  return 0;
}
