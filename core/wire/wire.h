#pragma once

#include "core/base/result.h"
#include "core/cube/livecube.h"
#include "core/wire/wiremessages.h"

// The only place that knows the keys of the WebSocket messages (outside contract, section 3). JSON text and CBOR
// (RFC 8949) carry the same maps; bytes are a byte string in CBOR and base64url without padding in JSON.
namespace entvas::wire {

enum class Format { Json, Cbor };

QByteArray encode(const ServerMessage &message, Format format);
QByteArray encode(const ClientMessage &message, Format format);

// Fault::BadInput names what is wrong: no map, unknown type, a missing key, a value of the wrong kind, uneven columns,
// more than kMaxSeries series, numbers out of range. Unknown extra keys are ignored (additions are allowed).
Result<ServerMessage> decodeServer(const QByteArray &bytes, Format format);
Result<ClientMessage> decodeClient(const QByteArray &bytes, Format format);

} // namespace entvas::wire
