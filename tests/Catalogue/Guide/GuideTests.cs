using System.Net;
using System.Text.Json;
using EServices.Catalogue.Tests.Support;
using EServices.Testing;

namespace EServices.Catalogue.Tests.Guide;

public sealed class GuideTests(ReadOnlyCatalogue catalogue)
{
    private CatalogueHost Host => catalogue.Host;

    [Fact]
    public async Task WithoutFacts_NothingIsRefused_AndOnlyWhatIsForEveryoneIsSure()
    {
        var answer = await Host.JsonAsync("/api/v1/guide/services?limit=100");

        Assert.Equal((0, 1065), (answer.GetProperty("no").GetInt32(), answer.GetProperty("yes").GetInt32() + answer.GetProperty("may").GetInt32()));
        Assert.InRange(answer.GetProperty("yes").GetInt32(), 50, 400);
        Assert.All(answer.GetProperty("items").EnumerateArray().Where(item => item.GetProperty("answer").GetString() == "yes"), item =>
            Assert.Equal(["for-everyone"], item.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())));
    }

    [Fact]
    public async Task Facts_DecideEachWithItsReasons_AndTheMostParticularComesFirst()
    {
        var answers = await AnswersAsync("age=67&gender=female&district=5&answer=below-poverty-line:yes&answer=widow-or-destitute:yes&answer=small-income:yes");

        Assert.Equal("yes", answers["old-age-pension"].GetProperty("answer").GetString());
        Assert.Equal("yes", answers["widow-pension"].GetProperty("answer").GetString());
        Assert.Equal("may", answers["disability-pension"].GetProperty("answer").GetString());
        Assert.Equal(
            [("age-at-least", "yes"), ("resident-only", "yes"), ("condition", "yes")],
            answers["old-age-pension"].GetProperty("reasons").EnumerateArray().Select(reason => (reason.GetProperty("code").GetString()!, reason.GetProperty("holds").GetString()!)));
        Assert.Equal("assumed", answers["old-age-pension"].GetProperty("basis").GetString());
        // Three rules that hold say more of this person than none.
        Assert.True(answers.Keys.ToList().IndexOf("old-age-pension") < answers.Keys.ToList().IndexOf("character-certificate"));

        var young = await AnswersAsync("age=30&gender=male&district=5&all=true");
        Assert.Equal("no", young["old-age-pension"].GetProperty("answer").GetString());
        Assert.Equal("no", young["widow-pension"].GetProperty("answer").GetString());
        Assert.Contains(young["widow-pension"].GetProperty("reasons").EnumerateArray(), reason => reason.GetProperty("code").GetString() == "gender-of" && reason.GetProperty("holds").GetString() == "no");
        Assert.DoesNotContain("old-age-pension", (await AnswersAsync("age=30")).Keys);
    }

    [Theory]
    [InlineData("ews-certificate", "district=5&category=general&income=800000", "yes")]
    [InlineData("ews-certificate", "district=5&category=general&income=800001", "no")]
    [InlineData("ews-certificate", "district=5&category=general", "may")]
    [InlineData("ews-certificate", "district=5&category=scheduled-caste&income=1", "no")]
    [InlineData("construction-worker-registration", "age=17", "no")]
    [InlineData("construction-worker-registration", "age=60&answer=is-worker:yes", "yes")]
    [InlineData("construction-worker-registration", "age=61", "no")]
    [InlineData("artisan-card", "age=18&occupation=student,artisan", "yes")]
    [InlineData("artisan-card", "occupation=farmer", "no")]
    [InlineData("domicile-certificate", "", "may")]
    [InlineData("character-certificate", "resident=false", "no")]
    [InlineData("character-certificate", "resident=true", "yes")]
    public async Task Rules_TurnOutAtTheirEdges(string service, string facts, string expected) =>
        Assert.Equal(expected, (await Host.JsonAsync($"/api/v1/guide/services/{service}?{facts}")).GetProperty("answer").GetString());

    [Theory]
    [InlineData("age=-1", "?age")]
    [InlineData("age=131", "?age")]
    [InlineData("gender=x", "?gender")]
    [InlineData("gender=1", "?gender")]
    [InlineData("category=royal", "?category")]
    [InlineData("occupation=farmer,king", "?occupation")]
    [InlineData("district=99999", "?district")]
    [InlineData("income=-5", "?income")]
    [InlineData("district=5&resident=false", "?resident")]
    [InlineData("answer=tills-land", "?answer")]
    [InlineData("answer=no-such:yes", "?answer")]
    [InlineData("answer=tills-land:perhaps", "?answer")]
    [InlineData("cursor=x", "?cursor")]
    [InlineData("lang=xx", "?lang")]
    public async Task WrongFact_IsNamed(string query, string pointer)
    {
        using var answer = await Host.Anonymous().GetAsync($"/api/v1/guide/services?{query}", CatalogueHost.Cancel);
        var problem = await Assert.IsProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal([pointer], Clerks.Pointers(problem));
    }

    [Fact]
    public async Task Answers_AreKeptByNoCache()
    {
        using var answer = await Host.Anonymous().GetAsync("/api/v1/guide/services?age=40", CatalogueHost.Cancel);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task Questions_AreTheRules_InTheLanguageAskedFor_AndAnsweringThemDecides()
    {
        var asked = await Host.JsonAsync("/api/v1/services/old-age-pension/questions?lang=hi");
        var questions = asked.GetProperty("questions").EnumerateArray().ToList();

        Assert.Equal(["age", "resident", "answer"], questions.Select(question => question.GetProperty("fact").GetString()));
        Assert.Equal("below-poverty-line", questions[2].GetProperty("condition").GetString());
        Assert.Equal("आपकी आयु कितने पूरे वर्ष है?", questions[0].GetProperty("text").GetString());
        var answer = await Host.JsonAsync("/api/v1/guide/services/old-age-pension?age=60&resident=true&answer=below-poverty-line:yes");
        Assert.Equal("yes", answer.GetProperty("answer").GetString());
    }

    [Fact]
    public void EveryServiceOfThePack_SaysWhoMayApplyAsRulesToo_TheSameForTheSameWords()
    {
        var services = Host.Services.GetService(typeof(Platform.Packs.StatePack)) is Platform.Packs.StatePack pack ? pack.Services : throw new InvalidOperationException("no pack");
        Assert.True(services.Count >= 1075);
        Assert.All(services, service => Assert.True(service.Eligibility is not null, $"{service.Id} has no eligibility"));
        foreach (var same in services.Where(service => service.Eligibility != "ews").GroupBy(service => service.WhoMayApply.In("en")))
            Assert.True(same.Select(service => service.Eligibility).Distinct().Count() == 1, $"\"{same.Key}\" is {string.Join(", ", same.Select(service => service.Eligibility).Distinct())}");
    }

    private async Task<Dictionary<string, JsonElement>> AnswersAsync(string facts)
    {
        var answers = new Dictionary<string, JsonElement>();
        string? cursor = null;
        do
        {
            var page = await Host.JsonAsync($"/api/v1/guide/services?limit=100&{facts}{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
                answers.Add(item.GetProperty("serviceId").GetString()!, item);
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return answers;
    }
}
