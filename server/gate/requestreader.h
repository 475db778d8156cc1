#pragma once

#include "server/gate/gatelimits.h"
#include "server/gate/gatestats.h"
#include "server/http/message.h"

#include <memory>

namespace entvas {

// Bytes of one connection -> one complete, canonical request at a time. The parsing is Boost.Beast's; what Beast lets
// pass and an HTTP chain could read in two ways (repeated or listed Content-Length, folded lines, bare line feeds, odd
// transfer codings, missing or repeated Host) is refused here. Never more than one request's head and body is held.
// Plain value logic: no socket, no timer.
class RequestReader
{
public:
    enum class State {
        Empty,    // not one byte of a request yet
        Head,     // part of a head
        Body,     // a whole head, part of a body
        Complete, // takeRequest() has it
        Failed,   // the bytes that follow have no meaning: answer failure() and close
    };
    struct Failure {
        int status = 0; // 400, 413, 414, 417, 431, 501 or 505
        QString text;
        std::optional<GateBound> bound; // the limit that was reached
        bool isHttp2 = false;           // HTTP/2 from the first byte on: answer it in kind
    };

    explicit RequestReader(const GateLimits &limits);
    ~RequestReader();

    // Takes from the front of `input` what belongs to this request. What is left there belongs to the next request,
    // or is the start of something that needs more bytes to be understood (then call again with bytes appended).
    State read(QByteArray &input);
    State state() const;
    const Failure &failure() const;

    // From Body on, and as far as it could be read when Failed. `peer` and a made request id are the caller's to add;
    // requestId holds what the sender gave, reduced to visible ASCII.
    const HttpRequest &request() const;
    bool keepAlive() const;
    bool expectsContinue() const;
    bool isWebSocketUpgrade() const;
    QByteArray upgradeHead() const; // the head as received, of a WebSocket upgrade only
    qint64 bodyBytes() const;       // held so far
    qint64 headBytes() const;       // from Body on
    qint64 requestLineBytes() const;

    // In state Complete; afterwards the reader is Empty and ready for the next request.
    HttpRequest takeRequest();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace entvas
