#include "app/serve/http/client_side.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace dragoman {

ClientSide client_side(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return ClientSide::reset;
  return info.tcpi_state == TCP_ESTABLISHED  ? ClientSide::open
         : info.tcpi_state == TCP_CLOSE_WAIT ? ClientSide::closed
                                             : ClientSide::reset;
}

}  // namespace dragoman
