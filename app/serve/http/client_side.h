#pragma once

namespace dragoman {

/// What has become of the other side of a TCP connection.
enum class ClientSide {
  open,
  closed,  ///< it sends no more: it has left, or only waits for its answer
  reset    ///< it has left
};

/// socket: the descriptor of a connection.
ClientSide client_side(int socket);

}  // namespace dragoman
