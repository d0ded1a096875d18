using CsCheck;
using EServices.Platform.Storage;
using Xunit;

namespace EServices.Testing.Storage;

public abstract partial class KeeperContract
{
    private static readonly string[] Names = ["a", "b"];
    private static readonly string?[] Numbers = [null, "x", "y"];

    private static readonly Gen<Act> Acts = Gen.OneOf(
        Gen.Select(Gen.OneOf(Names), Gen.OneOf(Numbers), (id, number) => new Act(id, 0, number, false)),
        Gen.Select(Gen.OneOf(Names), Gen.Long[1, 3], Gen.OneOf(Numbers), (id, version, number) => new Act(id, version, number, false)),
        Gen.Select(Gen.OneOf(Names), Gen.Long[1, 3], (id, version) => new Act(id, version, null, true)));

    /// <summary>How many random histories are run against the model.</summary>
    protected virtual int Histories => 300;

    /// <summary>
    /// Three writers do random things at once to two documents with a unique key. There must be an order, in which each writer's own acts keep theirs, that gives
    /// every writer what it was answered and leaves what the store holds: else some refusal lied, or a refused write left something behind.
    /// </summary>
    [Fact]
    public async Task Writers_AtOnce_AreAnsweredAsIfOneAfterAnother()
    {
        var histories = 0;
        await Acts.List[1, 4].Array[3].SampleAsync(
            async writers =>
            {
                var history = $"{Interlocked.Increment(ref histories)}-";
                var answers = await Task.WhenAll(writers.Select(acts => Task.Run(async () =>
                {
                    var outcomes = new List<string>();
                    foreach (var act in acts)
                        outcomes.Add(await CarryOutAsync(history, act));
                    return outcomes;
                })));
                var end = await StateAsync(history);
                return Explains(Model.Empty, writers, answers, new int[writers.Length], end)
                    ? true
                    : throw new InvalidOperationException($"No order explains {string.Join(" | ", answers.Select(outcomes => string.Join(", ", outcomes)))} and the end {end}.");
            },
            iter: Histories,
            threads: 1,
            print: writers => string.Join(" | ", writers.Select(acts => string.Join(", ", acts))));
        Assert.True(histories >= Histories);
    }

    private async Task<string> CarryOutAsync(string history, Act act)
    {
        try
        {
            if (act.Delete)
            {
                await Keeper.DeleteAsync("parcels", history + act.Id, act.Version, Cancel);
                return "deleted";
            }
            var body = new MongoDB.Bson.BsonDocument("tags", new MongoDB.Bson.BsonArray { history, act.Number ?? "none" }) { { "weight", act.Version } };
            if (act.Number is not null)
                body.Add("number", history + act.Number);
            var outcome = await Keeper.SaveAsync(Parcel.Map, new DocumentWrite(history + act.Id, act.Version, body, [], null, Clock.GetUtcNow()), Cancel);
            return $"saved {outcome.Version}";
        }
        catch (DuplicateKeyException refused)
        {
            return $"duplicate {refused.Index}";
        }
        catch (ConflictException)
        {
            return "conflict";
        }
        catch (DocumentNotFoundException)
        {
            return "missing";
        }
    }

    /// <summary>What the store holds, looked at by identity and by two indexes.</summary>
    private async Task<Model> StateAsync(string history)
    {
        var model = Model.Empty;
        foreach (var id in Names)
        {
            if (await Keeper.FindAsync("parcels", history + id, Cancel) is { } found)
                model = model.With(id, (found.Version, found.Body.TryGetValue("number", out var number) ? number.AsString[history.Length..] : null));
        }
        foreach (var number in Numbers.OfType<string>())
        {
            var byNumber = (await IdsAsync(Parcel.ByNumber.Where(history + number))).Select(id => id[history.Length..]);
            Assert.Equal(model.Documents.Where(document => document.Value.Number == number).Select(document => document.Key), byNumber);
        }
        Assert.Equal(model.Documents.Count, await Parcels.CountAsync(Parcel.ByTag.Where(history), Cancel));
        return model;
    }

    private static bool Explains(Model model, List<Act>[] writers, List<string>[] answers, int[] done, Model end)
    {
        var finished = true;
        for (var writer = 0; writer < writers.Length; writer++)
        {
            if (done[writer] == writers[writer].Count)
                continue;
            finished = false;
            var act = writers[writer][done[writer]];
            if (!model.Allows(act, answers[writer][done[writer]], out var next))
                continue;
            done[writer]++;
            if (Explains(next, writers, answers, done, end))
                return true;
            done[writer]--;
        }
        return finished && model.ToString() == end.ToString();
    }

    private sealed record Act(string Id, long Version, string? Number, bool Delete)
    {
        public override string ToString() => Delete ? $"delete {Id}@{Version}" : $"save {Id}@{Version}={Number ?? "-"}";
    }

    /// <summary>The same port over a dictionary.</summary>
    private sealed record Model(IReadOnlyDictionary<string, (long Version, string? Number)> Documents)
    {
        public static readonly Model Empty = new(new SortedDictionary<string, (long, string?)>());

        public Model With(string id, (long, string?) document) => new(new SortedDictionary<string, (long, string?)>(new Dictionary<string, (long, string?)>(Documents) { [id] = document }));

        /// <summary>Where more than one thing refuses a write, any of them may be named.</summary>
        public bool Allows(Act act, string answer, out Model next)
        {
            next = this;
            var known = Documents.TryGetValue(act.Id, out var document);
            var taken = act.Number is not null && Documents.Any(other => other.Key != act.Id && other.Value.Number == act.Number);
            if (act is { Delete: false, Version: 0 })
            {
                if (known || taken)
                    return (known && answer == "duplicate id") || (taken && answer == "duplicate by_number");
                next = With(act.Id, (1, act.Number));
                return answer == "saved 1";
            }
            if (!known)
                return answer == "missing";
            if (document.Version != act.Version)
                return answer == "conflict";
            if (taken)
                return answer == "duplicate by_number";
            next = act.Delete ? new Model(new SortedDictionary<string, (long, string?)>(Documents.Where(other => other.Key != act.Id).ToDictionary())) : With(act.Id, (act.Version + 1, act.Number));
            return answer == (act.Delete ? "deleted" : $"saved {act.Version + 1}");
        }

        public override string ToString() => string.Join(", ", Documents.Select(document => $"{document.Key}@{document.Value.Version}={document.Value.Number ?? "-"}"));
    }
}
