#pragma once

#include <QNetworkAccessManager>
#include <QObject>
#include <QStringList>
#include <QUrl>
#include <QUrlQuery>

namespace entvas::test {

// A person at a browser, as a script: follows redirects, fills in every form that it meets with what it was told, and
// sends it, until a page has no form. Keeps cookies. Lives in a thread with an event loop.
class ScriptedBrowser : public QObject
{
    Q_OBJECT
public:
    static constexpr int kMostPages = 20;

    explicit ScriptedBrowser(QObject *parent = nullptr) : QObject(parent) {}

    // For fields of forms that have no value of their own, by name.
    void fillIn(const QString &field, const QString &value) { m_values.insert(field, value); }
    void open(const QUrl &url);

    bool isDone() const { return m_done; }
    int status() const { return m_status; }               // of the last page
    const QByteArray &page() const { return m_page; }     // the last one
    const QList<QUrl> &visited() const { return m_urls; } // in turn, redirects too

Q_SIGNALS:
    void done();

private:
    void get(const QUrl &url);
    void follow(class QNetworkReply *reply);
    void submit(const QUrl &base);
    void end();

    QNetworkAccessManager m_network;
    QMap<QString, QString> m_values;
    QList<QUrl> m_urls;
    QByteArray m_page;
    int m_status = 0;
    bool m_done = false;
};

} // namespace entvas::test
