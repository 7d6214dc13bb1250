// A server made with libmodbus: the values of the standard's examples at their addresses, and a few registers at which it
// misbehaves. Says "listening PORT" once it does, PORT 0 on a serial line. Usage:
// libmodbus-server rtu PATH UNIT, libmodbus-server tcp

#include <arpa/inet.h>
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Application protocol V1.1b3, 6.1 to 6.4: coils 20 to 56, inputs 197 to 218, holding registers from 108, input register 9.
enum { COILS = 0x13, INPUTS = 0xc4, HOLDING = 0x6b, INPUT_REGISTERS = 0x08 };
static const uint8_t COIL_BITS[] = {0xcd, 0x6b, 0xb2, 0x0e, 0x1b};
static const uint8_t INPUT_BITS[] = {0xac, 0xdb, 0x35};
static const uint16_t HOLDING_WORDS[] = {0x022b, 0x0000, 0x0064};

enum { BUSY = 0x80, GATEWAY, LATE, OTHER_UNIT, TOO_SHORT };
enum { LATE_us = 500000, LONGEST_s = 120 };

static modbus_t *line;

static modbus_mapping_t *values(void) {
  modbus_mapping_t *map = modbus_mapping_new_start_address(COILS, 37, INPUTS, 22, HOLDING, 32, INPUT_REGISTERS, 3);
  modbus_set_bits_from_bytes(map->tab_bits, 0, 37, COIL_BITS);
  modbus_set_bits_from_bytes(map->tab_input_bits, 0, 22, INPUT_BITS);
  memcpy(map->tab_registers, HOLDING_WORDS, sizeof HOLDING_WORDS);
  map->tab_registers[LATE - HOLDING] = 0xbad;
  map->tab_input_registers[0] = 10;
  map->tab_input_registers[1] = 0xc202; // -32.5, high word first
  return map;
}

static void answer(uint8_t *request, int length, modbus_mapping_t *map) {
  uint8_t *pdu = request + modbus_get_header_length(line);
  const int address = pdu[1] << 8 | pdu[2];
  if (address == BUSY) modbus_reply_exception(line, request, MODBUS_EXCEPTION_SLAVE_OR_SERVER_BUSY);
  else if (address == GATEWAY) modbus_reply_exception(line, request, MODBUS_EXCEPTION_GATEWAY_TARGET);
  else {
    if (address == LATE) usleep(LATE_us);
    if (address == OTHER_UNIT) pdu[-1]++;
    if (address == TOO_SHORT) pdu[4] = 1;
    modbus_reply(line, request, length, map);
  }
}

/** Until the client has gone. */
static void serve(modbus_mapping_t *map) {
  uint8_t request[MODBUS_MAX_ADU_LENGTH];
  int length;
  while ((length = modbus_receive(line, request)) != -1 || errno == EMBBADCRC)
    if (length > 0) answer(request, length, map);
}

static int listen_tcp(void) {
  line = modbus_new_tcp("127.0.0.1", 0);
  const int listener = modbus_tcp_listen(line, 8);
  struct sockaddr_in place;
  socklen_t size = sizeof place;
  if (listener == -1 || getsockname(listener, (struct sockaddr *)&place, &size) == -1) exit(2);
  printf("listening %d\n", ntohs(place.sin_port));
  return listener;
}

static void open_rtu(const char *path, int unit) {
  line = modbus_new_rtu(path, 9600, 'N', 8, 1);
  modbus_set_slave(line, unit);
  modbus_set_error_recovery(line, MODBUS_ERROR_RECOVERY_PROTOCOL);
  if (modbus_connect(line) == -1) exit(2);
  printf("listening 0\n");
}

int main(int count, char **words) {
  if (count < 2) return 2;
  alarm(LONGEST_s); // ends by itself where nobody ends it
  setvbuf(stdout, NULL, _IOLBF, 0);
  modbus_mapping_t *map = values();
  if (strcmp(words[1], "rtu") == 0 && count == 4) {
    open_rtu(words[2], atoi(words[3]));
    for (;;) serve(map);
  }
  for (int listener = listen_tcp(); modbus_tcp_accept(line, &listener) != -1; modbus_close(line)) serve(map);
  return 1;
}
