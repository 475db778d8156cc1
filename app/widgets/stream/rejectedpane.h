#pragma once

#include "app/feed/rejectedevent.h"

#include <QFrame>
#include <QTextEdit>
#include <QTimeZone>
#include <QUrl>

class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace entvas {

class Theme;

// One rejected event: what is wrong, how it is put right, and what was sent, with the faults marked. Plain text only.
class RejectedPane : public QFrame
{
    Q_OBJECT
public:
    explicit RejectedPane(const Theme &theme, QWidget *parent = nullptr);
    void draw(const RejectedEvent &event, const QTimeZone &zone);
    void clear();
    void setWebhook(const QUrl &webhook, const QString &key);
    void copyBody();

    QString title() const;
    QString facts() const;
    QStringList errors() const; // each with its remedy and example, line by line
    QPlainTextEdit *body() const { return m_body; }
    QPushButton *copyButton() const { return m_copy; }
    QPushButton *curlButton() const { return m_curl; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void setUpErrors();
    void setUpBody();
    QHBoxLayout *makeButtons();
    void drawErrors();
    void fitErrors();
    QList<QRect> linesOfErrors(const QWidget *viewport) const;
    void drawBody();
    void markFaults();
    void markHidden(const QString &text, QList<QTextEdit::ExtraSelection> &marks) const;
    void copy(QPushButton *button, const QString &text);

    const Theme &m_theme;
    RejectedEvent m_event;
    QUrl m_webhook;
    QString m_key;
    QLabel *m_title, *m_facts, *m_size;
    QScrollArea *m_scroll;
    QWidget *m_errors;
    QVBoxLayout *m_errorRows;
    QPlainTextEdit *m_body;
    QPushButton *m_copy, *m_curl;
};

} // namespace entvas
