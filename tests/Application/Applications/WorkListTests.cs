using System.Net;
using System.Text.Json.Nodes;
using EServices.Platform.Packs;
using EServices.Testing;

namespace EServices.Application.Tests.Applications;

public sealed class WorkListTests
{
    private static readonly StatePack Pack = StatePack.Load(Path.Combine(Repository.Root, "deploy", "packs", "jk")).OrThrow();
    private static readonly District Here = Pack.Geography.Districts[0];
    private static readonly District There = Pack.Geography.Districts.First(district => district.Division != Here.Division);
    private static readonly IReadOnlyList<Tehsil> Tehsils = Pack.Geography.TehsilsOf(Here.Code);

    [Fact]
    public async Task List_OfAnOffice_HasItsOwnAndWhatIsNobodys_OnceEach_AndNothingElse()
    {
        await using var desk = await Desk.OpenAsync();
        var inTehsil = (await desk.UnderReviewAsync(Here.Code, Tehsils[0].Code)).Id;
        var inDistrict = (await desk.UnderReviewAsync(Here.Code)).Id;
        var elsewhere = (await desk.UnderReviewAsync(There.Code)).Id;
        var nowhere = (await desk.UnderReviewAsync(null)).Id;

        await Lists($"tehsil:{Tehsils[0].Code}", inTehsil, inDistrict, nowhere);
        await Lists($"tehsil:{Tehsils[1].Code}", inDistrict, nowhere);
        await Lists($"district:{Here.Code}", inTehsil, inDistrict, nowhere);
        await Lists(Here.Code, inTehsil, inDistrict, nowhere);
        await Lists($"division:{Here.Division}", inTehsil, inDistrict, nowhere);
        await Lists("state", inTehsil, inDistrict, elsewhere, nowhere);
        await Lists(null, inTehsil, inDistrict, elsewhere, nowhere);
        await Lists("tehsil:999999");

        async Task Lists(string? office, params string[] expected)
        {
            var officer = desk.Officer(office);
            foreach (var limit in new[] { 1, 2, 100 })
                Assert.Equal(expected.Order(), (await AllAsync(officer, limit)).Order());
            foreach (var id in new[] { inTehsil, inDistrict, elsewhere, nowhere })
                Assert.Equal(expected.Contains(id) ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await officer.GetAsync($"/api/v1/applications/{id}")).StatusCode);
        }
    }

    [Fact]
    public async Task List_OfAnOffice_HasTheMostUrgentFirst_AndByState()
    {
        await using var desk = await Desk.OpenAsync();
        var first = (await desk.UnderReviewAsync()).Id;
        desk.Clock.Advance(TimeSpan.FromDays(1));
        var second = (await desk.UnderReviewAsync()).Id;
        Assert.Equal([first, second], await AllAsync(desk.Officer("5"), 100));

        await Desk.ReadAsync(await Desk.Act(desk.Officer(), first, "reject", """{"reason": "No."}"""));

        Assert.Equal([second], await AllAsync(desk.Officer("5"), 100));
        Assert.Equal([first], await AllAsync(desk.Officer("5"), 100, "rejected"));
        Assert.Empty(await AllAsync(desk.Officer("5"), 100, "draft"));
    }

    [Fact]
    public async Task List_OfACitizen_HasTheirOwnNewestFirst()
    {
        await using var desk = await Desk.OpenAsync();
        var older = await desk.DraftAsync();
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        var newer = (await desk.SubmittedAsync()).Id;
        await Desk.Post(desk.Stranger, "/api/v1/applications", JsonNode.Parse("""{"serviceId": "domicile-certificate", "channel": "online"}"""));

        Assert.Equal([newer, older], await AllAsync(desk.Citizen, 1));
        Assert.Equal([older], await AllAsync(desk.Citizen, 1, "draft"));
        Assert.Empty(await AllAsync(desk.Operator, 1));
    }

    private static async Task<IReadOnlyList<string>> AllAsync(HttpClient client, int limit, string? state = null)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Desk.ReadAsync(await client.GetAsync($"/api/v1/applications?limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}{(state is null ? "" : $"&state={state}")}"));
            Assert.True(page["items"]!.AsArray().Count <= limit);
            ids.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);
        return ids;
    }
}
