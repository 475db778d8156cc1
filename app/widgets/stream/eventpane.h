#pragma once

#include "core/wire/wire.h"

#include <QFrame>
#include <QTimeZone>
#include <QUrl>

class QLabel;
class QPushButton;
class QTreeWidget;

namespace entvas {

// One raw event whole, in a drawer at the right of the desk: its fields, its metadata as a tree, and ways to take it
// elsewhere. Everything is shown as plain text.
class EventPane : public QFrame
{
    Q_OBJECT
public:
    static constexpr int kWidth = 400;

    explicit EventPane(QWidget *parent = nullptr);
    void draw(const wire::TailEvent &event, const QTimeZone &zone);
    void setWebhook(const QUrl &webhook, const QString &key);
    const wire::TailEvent &event() const { return m_event; }
    QTreeWidget *tree() const { return m_tree; }

Q_SIGNALS:
    void closed();
    void filterWanted(const QString &term); // one to be added to the stream's filter

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void copy(QPushButton *button, const QString &text);
    void addField(const QString &name, const QString &value, const QString &term);

    wire::TailEvent m_event;
    QUrl m_webhook;
    QString m_key;
    QLabel *m_title;
    QTreeWidget *m_tree;
};

} // namespace entvas
