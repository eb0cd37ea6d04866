"""What the longer scenes say."""

LONG = """\
Here is a long text, so that you can watch it come. Close the page in the middle of it, open it \
again, and it will still be coming.

A conversation with a machine used to live inside a request. Somebody asked, a connection stayed \
open, and the words came down that connection until they ended. As long as nothing happened to it, \
that was enough. But things do happen: a train goes into a tunnel, a laptop is closed, a page is \
loaded again, a proxy decides that a minute is long enough for anyone. Then the words went on \
being made, and paid for, and nobody read them.

So people put the words somewhere. They wrote them to a table, and polled the table; they kept \
buffers, and numbers for what had been seen, and code for what to do when the numbers did not \
fit. Each team wrote it once, found out about the second browser tab, and wrote it again.

A session turns this around. It does not belong to a request, and not to a connection either. It \
is a channel with a name, and whatever is said in it stays in it, in order. You who read this are \
one subscriber; your phone may be another, and a colleague a third. I who write it am only one \
more participant. If I were to crash now, another process could take my place and go on from what \
the channel has.

That is also why a person can join in. Say *person*, and somebody may open this very session, see \
what you see as you see it, and take over without asking you to tell it all again. When they hand \
it back, their words stand in the conversation like yours and mine, and whoever answers next has \
read them. Say *recall* later, if you want to see that it is so.

You can interrupt me as well. Whatever you say while I am speaking reaches me in the middle of it, \
and I take it up as soon as I have finished the word I am at. Or you stop me: then these words end \
where they are, and what I have said until then remains.

That was it. Some four hundred words, none of them thought of just now."""

MARKDOWN = """\
# A first heading

Text can be **strong**, *emphasised*, `code`, or ~~taken back~~, and it can have a \
[link](https://example.com/) in it.

## Lists

1. One thing after the other
2. with parts of its own:
   - a smaller thing
   - and a smaller one
3. and an end.

- [x] A task that is done
- [ ] and one that is not

## A table

| What was said | By whom | Words |
|:--|:--:|--:|
| A question | a user | 5 |
| An answer | an agent | 120 |
| A correction | an operator | 12 |

## A quote

> Whoever comes late reads what was said,
> and hears what is being said.

---

### What must not happen

This is text, and stays text: <b onclick="alert(1)">not a button</b>."""

CODE = """\
In Python:

```python
async with ait.ClientSession(client, "demo:1", ait.UIMessageCodec()) as session:
    run = await session.view.send("long")
    async for event in run.events():
        print(event)
```

In JavaScript, on the same session:

```js
const codec = createUIMessageCodec();
const session = createClientSession({ client, channelName: "demo:1" });
await session.connect();
const parts = [{ type: "text", text: "long" }];
await session.view.send(codec.createUserMessage({ id: crypto.randomUUID(), role: "user", parts }));
```

In a shell:

```sh
aitransport-notebook agent 'demo:*'
```

In SQL, with nothing to do with any of it:

```sql
SELECT author, count(*) AS words  -- who talks most?
FROM words GROUP BY author ORDER BY words DESC;
```"""

FIRST_THOUGHT = """\
The user wants to see me think. I do not think: I read this from a script. What would thoughts \
look like, though? Short sentences. A question. A doubt."""

SECOND_THOUGHT = """\
Then a small sum, so that there is something in it. Three people, each says two words, one of them \
says hers twice. Three times two is six, and two more is eight."""

AFTER_THINKING = """\
**Eight words.** What you saw before them were two trains of thought; people are shown them folded \
up, as a rule."""

SLOW = "I was slow to begin, and I am slow to speak. That is what a busy model looks like."

BEFORE_FAILING = """\
This answer will not end well. Its script says that it breaks off in the middle of a sentence, \
just when"""
