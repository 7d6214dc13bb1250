// A master on a serial line without a baud rate (a pseudo-terminal): writes a request in one piece, waits for the answer and
// notes how long after the silence that ends the request its first byte came. Requests come at random moments. How late its
// own pauses end tells how late this machine is today. Usage:
// modbus-line PATH UNIT FUNCTION ADDRESS COUNT REQUESTS SILENCE_us

#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST = 256, PATIENCE_ms = 2000, LONGEST_PAUSE_us = 10000 };

static void fail(const char *what) {
  fprintf(stderr, "modbus-line: %s\n", what);
  exit(1);
}

static int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static uint16_t crc16(const uint8_t *bytes, int length) {
  uint16_t crc = 0xffff;
  for (int i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (uint16_t)((crc & 1) ? (crc >> 1) ^ 0xa001 : crc >> 1);
  }
  return crc;
}

static void wait_for(int line, int time_ms) {
  struct pollfd wanted = {.fd = line, .events = POLLIN};
  if (poll(&wanted, 1, time_ms) != 1) fail("no answer");
}

/** Reads the answer; when its first byte came. */
static int64_t answered_us(int line, const uint8_t *request, int count) {
  const int size = 5 + 2 * count;
  uint8_t answer[LONGEST];
  int64_t first_us = 0;
  for (int received = 0; received < size;) {
    wait_for(line, PATIENCE_ms);
    if (received == 0) first_us = now_us();
    const ssize_t got = read(line, answer + received, (size_t)(LONGEST - received));
    if (got <= 0) fail("cannot read");
    received += (int)got;
    if (received >= 5 && answer[1] != request[1]) fail("the answer is not what was asked for");
    if (received > size) fail("the answer is too long");
  }
  if (answer[0] != request[0] || answer[2] != 2 * count || crc16(answer, size) != 0) fail("the answer is damaged");
  return first_us;
}

static int rising(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}

static void sort(int *times_us, int count) {
  qsort(times_us, (size_t)count, sizeof *times_us, rising);
}

/** Sleeps; how much longer than wanted, us. */
static int overslept_us(int time_us) {
  const int64_t began_us = now_us();
  usleep((useconds_t)time_us);
  return (int)(now_us() - began_us) - time_us;
}

int main(int argc, char **argv) {
  if (argc != 8) fail("PATH UNIT FUNCTION ADDRESS COUNT REQUESTS SILENCE_us");
  const int address = atoi(argv[4]), count = atoi(argv[5]), requests = atoi(argv[6]), silence_us = atoi(argv[7]);
  const int line = open(argv[1], O_RDWR | O_NOCTTY);
  if (line < 0 || count < 1 || count > 125 || requests < 1) fail("cannot open the line, or out of range");
  uint8_t request[8] = {(uint8_t)atoi(argv[2]), (uint8_t)atoi(argv[3]), (uint8_t)(address >> 8), (uint8_t)address, 0, (uint8_t)count};
  const uint16_t crc = crc16(request, 6);
  request[6] = (uint8_t)crc;
  request[7] = (uint8_t)(crc >> 8);
  int *late_us = malloc((size_t)requests * sizeof *late_us), *machine_us = malloc((size_t)requests * sizeof *machine_us);
  if (late_us == NULL || machine_us == NULL) fail("no memory");
  srand(1);
  for (int i = 0; i < requests; i++) {
    machine_us[i] = overslept_us(silence_us + rand() % LONGEST_PAUSE_us);
    const int64_t asked_us = now_us();
    if (write(line, request, sizeof request) != sizeof request) fail("cannot write");
    late_us[i] = (int)(answered_us(line, request, count) - asked_us) - silence_us;
  }
  sort(late_us, requests);
  sort(machine_us, requests);
  const int last = (int)(0.99 * (requests - 1));
  printf("{\"requests\":%d,\"p50_us\":%d,\"p99_us\":%d,\"machine_us\":%d}\n", requests, late_us[requests / 2], late_us[last], machine_us[last]);
  return 0;
}
