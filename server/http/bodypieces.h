#pragma once

#include <functional>
#include <QByteArray>

namespace entvas {

// The body of a reply, of any size, made piece by piece while the peer takes them: HttpReply::pieces. Lives in the
// server's thread and is destroyed there, when everything is sent or the peer has gone.
class BodyPieces
{
public:
    struct Piece {
        QByteArray bytes;
        bool isLast = false;
        bool isBroken = false; // no more will come although this was not all: the peer shall see that
    };
    using Taker = std::function<void(const Piece &)>;

    virtual ~BodyPieces() = default;
    // Makes the next piece and hands it over once, now or later. Not called again before that. The taker may be kept
    // longer than the peer stays, and may be destroyed in any thread.
    virtual void next(const Taker &take) = 0;
};

} // namespace entvas
