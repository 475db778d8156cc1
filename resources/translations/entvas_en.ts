<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>entvas</name>
    <message numerus="yes">
        <source>%1, and %n more</source>
        <translation>
            <numerusform>%1, and %n more</numerusform>
            <numerusform>%1, and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n bytes</source>
        <translation>
            <numerusform>%n byte</numerusform>
            <numerusform>%n bytes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>entvas::RejectedModel</name>
    <message numerus="yes">
        <source>and %Ln more events like it</source>
        <translation>
            <numerusform>and %Ln more event like it</numerusform>
            <numerusform>and %Ln more events like it</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>entvas::RejectedPane</name>
    <message numerus="yes">
        <source>%Ln more of this request, counted only</source>
        <translation>
            <numerusform>%Ln more of this request, counted only</numerusform>
            <numerusform>%Ln more of this request, counted only</numerusform>
        </translation>
    </message>
</context>
</TS>
