#include "server/http/reply.h"

#include <algorithm>
#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>

namespace entvas {
using namespace Qt::StringLiterals;

namespace {

QByteArrayView reason(int status)
{
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
    }
}

// Formatted once a second: the server's thread writes every reply.
const QByteArray &httpDate()
{
    thread_local qint64 second = -1;
    thread_local QByteArray text;
    const auto now = QDateTime::currentSecsSinceEpoch();
    if (now != second) {
        second = now;
        text = QLocale::c()
                   .toString(QDateTime::fromSecsSinceEpoch(now, QTimeZone::utc()), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s)
                   .toLatin1();
    }
    return text;
}

bool isFraming(const QByteArray &name)
{
    static const QByteArrayList ours{"content-length", "content-type", "transfer-encoding", "connection",
                                     "keep-alive",     "date",         "x-request-id",      "x-content-type-options"};
    return ours.contains(name.toLower());
}

bool isName(const QByteArray &name)
{
    return !name.isEmpty() && std::all_of(name.cbegin(), name.cend(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

QByteArray safeValue(QByteArray value)
{
    std::replace_if(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return value;
}

bool mayHaveBody(int status)
{
    return status >= 200 && status != 204 && status != 304;
}

} // namespace

HttpReply jsonReply(int status, const QJsonObject &object)
{
    HttpReply reply;
    reply.status = status;
    reply.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return reply;
}

HttpReply errorReply(int status, const QString &text)
{
    return jsonReply(status, {{u"success"_s, false}, {u"message"_s, text}, {u"error"_s, text}});
}

HttpReply busyReply(const QString &text)
{
    HttpReply reply = errorReply(503, text);
    reply.headers.emplaceBack("Retry-After", "1");
    return reply;
}

HttpReply slowDownReply(int seconds, const QString &text)
{
    HttpReply reply = errorReply(429, text);
    reply.headers.emplaceBack("Retry-After", QByteArray::number(seconds));
    return reply;
}

HttpReply throttledReply(int seconds)
{
    return slowDownReply(seconds, u"Too many wrong keys or tokens from your address: try again in %1 s"_s.arg(seconds));
}

HttpReply failureReply(const Failure &failure)
{
    int status = 500;
    switch (failure.kind) {
    case Fault::BadInput: status = 400; break;
    case Fault::Unauthenticated: status = 401; break;
    case Fault::Denied: status = 403; break;
    case Fault::NotFound: status = 404; break;
    case Fault::TooLarge: status = 413; break;
    case Fault::Busy: status = 503; break;
    case Fault::Unavailable: status = 503; break;
    case Fault::Storage: status = 500; break;
    case Fault::Configuration: status = 500; break;
    case Fault::Internal: status = 500; break;
    }
    return status == 503 ? busyReply(failure.forCallers()) : errorReply(status, failure.forCallers());
}

bool isServersFault(int status)
{
    return status >= 500 && status != 501 && status != 505;
}

QByteArray serialiseHead(const HttpReply &reply, const ReplyFraming &framing)
{
    QByteArray head;
    head.reserve(512);
    head.append("HTTP/1.1 ").append(QByteArray::number(reply.status)).append(' ').append(reason(reply.status));
    head.append("\r\nDate: ").append(httpDate());
    head.append("\r\nX-Request-Id: ").append(safeValue(framing.requestId));
    head.append("\r\nX-Content-Type-Options: nosniff");
    if (mayHaveBody(reply.status)) {
        const QByteArray type = reply.contentType.isEmpty() ? "application/octet-stream" : safeValue(reply.contentType);
        head.append("\r\nContent-Type: ").append(type);
        if (!reply.pieces)
            head.append("\r\nContent-Length: ").append(QByteArray::number(reply.body.size()));
        else if (!framing.isHttp10)
            head.append("\r\nTransfer-Encoding: chunked");
    }
    for (const auto &[name, value] : reply.headers) {
        if (isName(name) && !isFraming(name))
            head.append("\r\n").append(name).append(": ").append(safeValue(value));
    }
    if (framing.close)
        head.append("\r\nConnection: close");
    else if (framing.isHttp10) // it would expect the end
        head.append("\r\nConnection: keep-alive");
    head.append("\r\n\r\n");
    return head;
}

bool hasBody(const HttpReply &reply, const ReplyFraming &framing)
{
    return mayHaveBody(reply.status) && !framing.isHead && !reply.body.isEmpty();
}

QByteArray http2GoAway()
{
    // Each frame: length in three bytes, type, flags, stream in four.
    static const QByteArray settings("\0\0\0\4\0\0\0\0\0", 9); // without any: what a server has to say first
    static const QByteArray text("This server speaks HTTP/1.1 only");
    QByteArray frames = settings;
    frames.append("\0\0", 2).append(char(8 + text.size())).append("\7\0\0\0\0\0", 6); // GOAWAY
    frames.append("\0\0\0\0\0\0\0\x0d", 8); // after stream 0, HTTP_1_1_REQUIRED
    return frames.append(text);
}

} // namespace entvas
