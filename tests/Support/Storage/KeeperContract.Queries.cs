using EServices.Contracts;
using EServices.Platform.Storage;
using Xunit;

namespace EServices.Testing.Storage;

public abstract partial class KeeperContract
{
    [Fact]
    public async Task Where_FindsThroughAnObject()
    {
        await SavedAsync("p1", parcel => parcel.Owner = new Person("+919906000001", "A", "en"));
        await SavedAsync("p2", parcel => parcel.Owner = new Person("+919906000002", "B", "en"));
        await SavedAsync("p3");

        Assert.Equal(["p2"], await IdsAsync(Parcel.ByOwner.Where("+919906000002")));
        Assert.Equal(["p1", "p2"], await IdsAsync(Parcel.ByOwner.All));
    }

    [Fact]
    public async Task Where_FindsUnderEachItemOfAList()
    {
        await SavedAsync("p1", parcel => (parcel.Tags, parcel.Weight) = (["red", "heavy", "red"], 2));
        var second = await SavedAsync("p2", parcel => (parcel.Tags, parcel.Weight) = (["red"], 1));
        await SavedAsync("p3", parcel => parcel.Tags = []);

        Assert.Equal(["p2", "p1"], await IdsAsync(Parcel.ByTag.Where("red")));
        Assert.Equal(2, await Parcels.CountAsync(Parcel.ByTag.Where("red"), Cancel));
        Assert.Equal(["p1"], await IdsAsync(Parcel.ByTag.Where("heavy")));

        second.Tags = ["heavy", "blue"];
        await Parcels.SaveAsync(second, Cancel);

        Assert.Equal(["p1"], await IdsAsync(Parcel.ByTag.Where("red")));
        Assert.Equal(["p2", "p1"], await IdsAsync(Parcel.ByTag.Where("heavy")));
        Assert.Throws<InvalidOperationException>(() => Parcel.ByTag.All);
    }

    [Fact]
    public async Task Query_OrdersByTheRemainingPartsAndThenById()
    {
        var day = Clock.GetUtcNow();
        await SavedAsync("a", parcel => (parcel.State, parcel.At, parcel.Weight) = (ParcelState.Moving, day.AddHours(2), 1));
        await SavedAsync("b", parcel => (parcel.State, parcel.At, parcel.Weight) = (ParcelState.Moving, day.AddHours(1), 20));
        await SavedAsync("c", parcel => (parcel.State, parcel.At, parcel.Weight) = (ParcelState.Moving, day.AddHours(1), 3));
        await SavedAsync("e", parcel => (parcel.State, parcel.At, parcel.Weight) = (ParcelState.Moving, day.AddHours(1), 3));
        await SavedAsync("d", parcel => (parcel.State, parcel.At, parcel.Weight) = (ParcelState.Moving, day.AddHours(1), -3));
        await SavedAsync("x", parcel => (parcel.State, parcel.At, parcel.Weight) = (ParcelState.Packed, day, 0));

        Assert.Equal(["d", "c", "e", "b", "a"], await IdsAsync(Parcel.ByState.Where(ParcelState.Moving)));
        Assert.Equal(["a", "b", "e", "c", "d"], await IdsAsync(Parcel.ByState.Where(ParcelState.Moving).Descending()));
        Assert.Equal(["d", "c", "e", "b"], await IdsAsync(Parcel.ByState.Where(ParcelState.Moving, day.AddHours(1))));
        Assert.Equal(["c", "e"], await IdsAsync(Parcel.ByState.Where(ParcelState.Moving, day.AddHours(1), 3)));
        Assert.Equal(["d", "c", "e", "b", "a", "x"], await IdsAsync(Parcel.ByState.All));
        Assert.Equal(["x", "a", "b", "e", "c", "d"], await IdsAsync(Parcel.ByState.All.Descending()));
        Assert.Equal(["d", "c"], await IdsAsync(Parcel.ByState.All, limit: 2));
    }

    [Fact]
    public async Task Range_TakesItsStartAndLeavesItsEnd()
    {
        var first = new DateOnly(2026, 9, 28);
        for (var day = 0; day < 10; day++)
            await SavedAsync($"p{day}", parcel => parcel.Day = first.AddDays(day));

        Assert.Equal(["p2", "p3", "p4"], await IdsAsync(Parcel.ByDay.All.AtLeast(first.AddDays(2)).LessThan(first.AddDays(5))));
        Assert.Equal(["p4", "p3", "p2"], await IdsAsync(Parcel.ByDay.All.AtLeast(first.AddDays(2)).LessThan(first.AddDays(5)).Descending()));
        Assert.Equal(["p8", "p9"], await IdsAsync(Parcel.ByDay.All.AtLeast(first.AddDays(8))));
        Assert.Equal(["p0", "p1"], await IdsAsync(Parcel.ByDay.All.LessThan(first.AddDays(2))));
        Assert.Equal(3, await Parcels.CountAsync(Parcel.ByDay.All.AtLeast(first.AddDays(2)).LessThan(first.AddDays(5)), Cancel));
        Assert.Empty(await IdsAsync(Parcel.ByDay.All.AtLeast(first.AddDays(5)).LessThan(first.AddDays(5))));
    }

    [Fact]
    public async Task Range_OfNumbers_GoesByValueNotByDigits()
    {
        long[] amounts = [long.MinValue, -3_000_000_000, -1, 0, 1, 9, 10, 100, 3_000_000_000, long.MaxValue];
        foreach (var (paise, place) in amounts.Select((paise, place) => (paise, place)))
            await SavedAsync($"p{9 - place}", parcel => (parcel.Paise, parcel.Fragile) = (paise, true));
        await SavedAsync("sound", parcel => parcel.Paise = 5);

        Assert.Equal(["p9", "p8", "p7", "p6", "p5", "p4", "p3", "p2", "p1", "p0"], await IdsAsync(Parcel.ByFragile.Where(true)));
        Assert.Equal(["p7", "p6", "p5", "p4"], await IdsAsync(Parcel.ByFragile.Where(true).AtLeast(-1L).LessThan(10L)));
        Assert.Equal(["sound"], await IdsAsync(Parcel.ByFragile.Where(false)));
    }

    [Fact]
    public async Task Order_OfTexts_GoesByTheirUtf8Bytes()
    {
        string[] sorted = ["", "A", "Z", "a", "a\0", "a\0b", "a\u0001", "aa", "b", "é", "श्रीनगर", "کشمیر".Normalize(), "\uFFFD", "😀"];
        var byBytes = sorted.OrderBy(text => text, Comparer<string>.Create(static (one, other) =>
            System.Text.Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(other)))).ToList();
        foreach (var text in Enumerable.Reverse(sorted))
            await SavedAsync($"id-{Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(text))}", parcel => parcel.Number = text);

        var found = (await Parcels.ListAsync(Parcel.ByNumber.All, null, 100, Cancel)).Items;

        Assert.Equal(byBytes, found.Select(parcel => parcel.Number));
        foreach (var text in sorted)
            Assert.Single(await IdsAsync(Parcel.ByNumber.Where(text)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Paging_ThroughAThousandWhileOthersSave_MeetsEachOnce(bool backwards)
    {
        var start = Clock.GetUtcNow();
        // Few different keys, so that pages end among equal ones.
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(number => SavedAsync($"p{number:D4}", parcel =>
            (parcel.State, parcel.At, parcel.Weight) = (number % 10 == 0 ? ParcelState.Packed : ParcelState.Moving, start.AddMinutes(number % 5), number % 3))));
        var query = backwards ? Parcel.ByState.Where(ParcelState.Moving).Descending() : Parcel.ByState.Where(ParcelState.Moving);

        var met = new List<Parcel>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var page = await Parcels.ListAsync(query, cursor, 37, Cancel);
            met.AddRange(page.Items);
            cursor = page.Next;
            pages++;
            await SavedAsync($"late-{pages:D3}", parcel => (parcel.State, parcel.At, parcel.Weight) = (ParcelState.Moving, start.AddMinutes(pages % 5), pages % 3));
        }
        while (cursor is not null);

        var old = met.Where(parcel => !parcel.Id.StartsWith("late", StringComparison.Ordinal)).ToList();
        Assert.Equal(900, old.Count);
        Assert.Equal(met.Count, met.DistinctBy(parcel => parcel.Id).Count());
        var sorted = met.OrderBy(parcel => parcel.At).ThenBy(parcel => parcel.Weight).ThenBy(parcel => parcel.Id, StringComparer.Ordinal);
        Assert.Equal((backwards ? sorted.Reverse() : sorted).Select(parcel => parcel.Id), met.Select(parcel => parcel.Id));
        Assert.True(pages >= 900 / 37);
        Assert.Equal(900 + pages, await Parcels.CountAsync(query, Cancel));
    }

    [Fact]
    public async Task Paging_OverEverything_AndWithinARange_MeetsEachOnce()
    {
        var start = Clock.GetUtcNow();
        for (var number = 0; number < 120; number++)
        {
            await SavedAsync($"p{number:D3}", parcel =>
                (parcel.State, parcel.At, parcel.Weight) = ((ParcelState)(number % 3), start.AddMinutes(number % 4), number % 2));
        }

        foreach (var query in (IndexQuery<Parcel>[])
        [
            Parcel.ByState.All, Parcel.ByState.All.Descending(),
            Parcel.ByState.Where(ParcelState.Moving).AtLeast(start.AddMinutes(1)).LessThan(start.AddMinutes(3)),
            Parcel.ByState.Where(ParcelState.Moving).AtLeast(start.AddMinutes(1)).LessThan(start.AddMinutes(3)).Descending(),
            Parcel.ByState.Where(ParcelState.Moving, start, 0),
            Parcel.ByState.Where(ParcelState.Moving, start).Descending(),
        ])
        {
            var whole = await IdsAsync(query);
            var paged = new List<string>();
            string? cursor = null;
            do
            {
                var page = await Parcels.ListAsync(query, cursor, 7, Cancel);
                paged.AddRange(page.Items.Select(parcel => parcel.Id));
                cursor = page.Next;
            }
            while (cursor is not null);
            Assert.NotEmpty(whole);
            Assert.Equal(whole, paged);
        }
    }

    [Fact]
    public async Task Cursor_OfAnotherQueryOrForged_IsAFormatError()
    {
        await SavedAsync("p1", parcel => parcel.Number = "n1");
        await SavedAsync("p2", parcel => parcel.Number = "n2");
        var cursor = (await Parcels.ListAsync(Parcel.ByNumber.All, null, 1, Cancel)).Next;
        Assert.NotNull(cursor);

        await Assert.ThrowsAsync<FormatException>(() => Parcels.ListAsync(Parcel.ByState.All, cursor, 1, Cancel));
        await Assert.ThrowsAsync<FormatException>(() => Parcels.ListAsync(Parcel.ByNumber.All, "x" + cursor, 1, Cancel));
        await Assert.ThrowsAsync<FormatException>(() => Parcels.ListAsync(Parcel.ByNumber.All, "!", 1, Cancel));
    }

    [Fact]
    public async Task First_IsTheFirstInOrder()
    {
        await SavedAsync("p2", parcel => parcel.Number = "n2");
        await SavedAsync("p1", parcel => parcel.Number = "n1");

        Assert.Equal("p1", (await Parcels.FirstAsync(Parcel.ByNumber.All, Cancel))?.Id);
        Assert.Equal("p2", (await Parcels.FirstAsync(Parcel.ByNumber.All.Descending(), Cancel))?.Id);
        Assert.Null(await Parcels.FirstAsync(Parcel.ByNumber.Where("n3"), Cancel));
    }
}
