#pragma once

#include "server/http/queryparameters.h"

#include <chrono>
#include <memory>
#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QPointer>

namespace entvas {

class BodyPieces;

using HttpHeader = std::pair<QByteArray, QByteArray>;

// What is learned of a request on its way, for the log and the metrics. One for all copies of a request.
struct RequestNotes {
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now(); // it was there as a whole
    QString route;   // as registered, "other", or "none"; known when it is answered
    QString by;      // who: "key:<id>", "user:<sub>", …; see Reader::subject. Never a secret
    QString project; // that it is about
};

// A complete, canonical request whose framing and sizes have been checked. Header names are lower case.
struct HttpRequest {
    QByteArray method; // HEAD stays HEAD; its answer's body is measured, not sent
    QString path;      // percent-decoded
    QueryParameters query;
    QList<HttpHeader> headers;
    QByteArray body; // as sent: Content-Encoding is the reader's business
    bool isHttp10 = false;
    QHostAddress peer;        // the client, as far as trusted proxies tell
    bool isEncrypted = false; // the client's own connection
    QByteArray requestId;     // X-Request-Id, taken or made
    std::shared_ptr<RequestNotes> notes = std::make_shared<RequestNotes>();
    QByteArray header(QByteArrayView lowerCaseName) const; // empty when absent
};

struct HttpReply {
    int status = 200;
    QByteArray body;
    QByteArray contentType = QByteArrayLiteral("application/json; charset=utf-8");
    QList<HttpHeader> headers;
    std::shared_ptr<BodyPieces> pieces{}; // in place of `body`: any size, as fast as the peer takes it
};

// The way back to one waiting sender. Copyable; answers once or not at all; harmless after the sender, or the front
// itself, has gone. To be used in the server's thread only. When the last copy goes unanswered, the sender gets 500.
class HttpResponder
{
public:
    struct Slot; // shared with the target
    explicit HttpResponder(std::shared_ptr<Slot> slot) : m_slot(std::move(slot)) {}
    void send(const HttpReply &reply) const;
    bool isOpen() const; // somebody still listens and has not been answered

private:
    std::shared_ptr<Slot> m_slot;
};

// Who writes the answer: a connection of the gate.
class ReplyTarget : public QObject
{
public:
    using QObject::QObject;
    virtual void answer(const HttpResponder::Slot *slot, const HttpReply &reply) = 0;
    virtual bool isWaitingFor(const HttpResponder::Slot *slot) const = 0;
};

struct HttpResponder::Slot {
    QPointer<ReplyTarget> target;
    bool answered = false;
};

} // namespace entvas
