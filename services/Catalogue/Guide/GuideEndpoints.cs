using System.Globalization;
using EServices.Catalogue.Services;
using EServices.Platform.Packs;
using EServices.Platform.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EServices.Catalogue.Guide;

/// <summary>Which services a person can get, from a few facts. Nothing that is asked here is kept, by us or by a cache.</summary>
internal static class GuideEndpoints
{
    public static void MapGuide(this RouteGroupBuilder api)
    {
        api.MapGet("/guide/services", ListAsync).AllowAnonymous().WithTags("Guide").WithName("guideToServices")
            .WithSummary("Services that one can or may get, the surest and most particular first, each with why; with all=true also those that one can't. Facts are not stored").ProducesProblem(400);
        api.MapGet("/guide/services/{id}", ReadAsync).AllowAnonymous().WithTags("Guide").WithName("guideToService")
            .WithSummary("Whether one can get a service, rule by rule. Facts are not stored").ProducesProblem(400).ProducesProblem(404);
        api.MapGet("/guide/facts", Vocabulary).AllowAnonymous().WithTags("Guide").WithName("guideFacts").AddEndpointFilter<PublicCache>()
            .WithSummary("What can be told to the guide: categories, occupations and yes-or-no questions of the state").ProducesProblem(400);
        api.MapGet("/services/{id}/questions", Questions).AllowAnonymous().WithTags("Guide").WithName("getServiceQuestions").AddEndpointFilter<PublicCache>()
            .WithSummary("What to ask before one begins an application; the answers are not stored").ProducesProblem(400).ProducesProblem(404);
    }

    internal static Results<Ok<GuideList>, ProblemHttpResult> ListAsync(
        [AsParameters] FactsAsked asked, bool? all, string? lang, Paging paging, Shelf shelf, StatePack pack, HttpContext http)
    {
        var checks = new Checks().InLanguage(lang, pack, out var language);
        var skipped = 0;
        checks.That(paging.Cursor is null || int.TryParse(paging.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skipped), "?cursor", "cursor", "Take the cursor from 'next' of the page before.");
        if (Facts.Of(asked, pack, checks) is not { } facts)
            return checks.Problem();
        http.Response.Headers.CacheControl = "no-store";
        var judged = shelf.Now.Launched.Select(service => (Service: service, Judgement: Judge.Of(Judge.RulesOf(service, pack), facts, pack, language))).ToList();
        var found = judged
            .Where(one => all == true || one.Judgement.Answer != Answer.No)
            .OrderBy(one => one.Judgement.Answer).ThenByDescending(one => one.Judgement.Holding).ThenBy(one => one.Service.ServiceId, StringComparer.Ordinal)
            .ToList();
        var page = found.Skip(skipped).Take(paging.Limit).Select(one => GuideLine.Of(one.Service, one.Judgement, language)).ToList();
        var next = skipped + page.Count;
        return TypedResults.Ok(new GuideList(
            judged.Count(one => one.Judgement.Answer == Answer.Yes), judged.Count(one => one.Judgement.Answer == Answer.May), judged.Count(one => one.Judgement.Answer == Answer.No),
            page, next < found.Count ? next.ToString(CultureInfo.InvariantCulture) : null));
    }

    internal static Results<Ok<GuideLine>, ProblemHttpResult> ReadAsync(
        string id, [AsParameters] FactsAsked asked, string? lang, Shelf shelf, StatePack pack, HttpContext http)
    {
        var checks = new Checks().InLanguage(lang, pack, out var language);
        if (Facts.Of(asked, pack, checks) is not { } facts)
            return checks.Problem();
        if (!shelf.Now.Services.TryGetValue(id, out var service))
            return Problems.NotFound("service", id);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(GuideLine.Of(service, Judge.Of(Judge.RulesOf(service, pack), facts, pack, language), language));
    }

    internal static Results<Ok<GuideVocabulary>, ProblemHttpResult> Vocabulary(string? lang, StatePack pack) => Language.Known(lang, pack, out var language)
        ? TypedResults.Ok(new GuideVocabulary(
            [.. pack.Guide.Categories.Select(category => new Choice(category.Id, category.Name.In(language)))],
            [.. pack.Guide.Occupations.Select(occupation => new Choice(occupation.Id, occupation.Name.In(language)))],
            [.. pack.Guide.Conditions.Select(condition => new Choice(condition.Id, condition.Question.In(language)))]))
        : Language.Unknown(pack);

    internal static Results<Ok<ServiceQuestions>, ProblemHttpResult> Questions(string id, string? lang, Shelf shelf, StatePack pack)
    {
        if (!Language.Known(lang, pack, out var language))
            return Language.Unknown(pack);
        return shelf.Now.Services.TryGetValue(id, out var service)
            ? TypedResults.Ok(new ServiceQuestions(service.ServiceId, service.Words.WhoMayApply.In(language), Judge.Questions(Judge.RulesOf(service, pack), pack, language), pack.Wording.MadeBy))
            : Problems.NotFound("service", id);
    }
}

/// <param name="Yes">How many of all launched services one can get.</param>
/// <param name="May">Of how many it hangs on what is not known.</param>
internal sealed record GuideList(int Yes, int May, int No, IReadOnlyList<GuideLine> Items, string? Next);

/// <param name="Reasons">Every rule, and how it turns out.</param>
/// <param name="Basis"><c>cited</c> or <c>assumed</c>: how sure the rules are; null where they are told in words only.</param>
internal sealed record GuideLine(string ServiceId, string Name, string DepartmentId, Answer Answer, IReadOnlyList<Reason> Reasons, string WhoMayApply, string? Basis)
{
    public static GuideLine Of(ServiceVersion service, Judgement judgement, string language) => new(
        service.ServiceId, service.Launched.Name.In(language), service.Launched.DepartmentId, judgement.Answer, judgement.Reasons, service.Words.WhoMayApply.In(language), judgement.Basis);
}

internal sealed record GuideVocabulary(IReadOnlyList<Choice> Categories, IReadOnlyList<Choice> Occupations, IReadOnlyList<Choice> Conditions);

/// <param name="WhoMayApply">The rules in words: what the questions don't ask still holds.</param>
/// <param name="WordsMadeBy"><c>machine</c>, <c>person</c> or <c>notified</c>: who worded and translated the questions.</param>
internal sealed record ServiceQuestions(string ServiceId, string WhoMayApply, IReadOnlyList<Question> Questions, string WordsMadeBy);
