using EServices.Catalogue.Search.Engine;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Core;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Fa;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.In;
using Lucene.Net.Analysis.Standard;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Analysis.Util;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Store;
using Lucene.Net.Util;

namespace EServices.Benchmarks.Search;

/// <summary>
/// Lucene.NET as one would set it up for this catalogue: BM25; each script has its fields and its analyser (English, Hindi, Arabic with the letters of Persian and
/// Urdu), each of which also keeps the words unstemmed for prefixes and typing errors; a word of the query counts where it matches best (disjunction max), and names
/// more than tags, departments and descriptions.
/// </summary>
internal sealed class LucenePeer : IContender
{
    private const LuceneVersion Version = LuceneVersion.LUCENE_48;
    private const int MostWords = 16, MostExpansions = 50, SamePrefix = 1;
    private const float InName = 8, InTag = 7, InDepartment = 2, InDescription = 1, Beginning = 3.5f, Slipped = 2.5f, Others = 0.1f;

    private static readonly Script[] Scripts =
    [
        new("en", new EnglishAnalyzer(Version), Plain(EnglishAnalyzer.DefaultStopSet, static tokens => new LowerCaseFilter(Version, tokens))),
        new("hi", new HindiAnalyzer(Version), Plain(
            HindiAnalyzer.DefaultStopSet, static tokens => new HindiNormalizationFilter(new IndicNormalizationFilter(new LowerCaseFilter(Version, tokens))))),
        new("ur", Urdu(stemmed: true), Urdu(stemmed: false)),
    ];

    private readonly RAMDirectory directory = new();
    private readonly DirectoryReader reader;
    private readonly IndexSearcher searcher;

    // Documents keep the order in which they came, for there is one segment: reading stored fields for ten ids would cost more than finding them.
    private readonly string[] ids;

    public LucenePeer(IReadOnlyList<SearchableService> services)
    {
        ids = [.. services.Select(service => service.Id)];
        var settings = new IndexWriterConfig(Version, new ByField()) { RAMBufferSizeMB = 1024, Similarity = new BM25Similarity() };
        using (var writer = new IndexWriter(directory, settings))
        {
            foreach (var service in services)
                writer.AddDocument(DocumentOf(service));
            writer.Commit();
        }
        reader = DirectoryReader.Open(directory);
        if (reader.Leaves.Count > 1)
            throw new InvalidOperationException($"The peer's index has {reader.Leaves.Count} segments, so its documents may stand in another order than they came.");
        searcher = new IndexSearcher(reader) { Similarity = new BM25Similarity() };
    }

    public IReadOnlyList<string> Find(string text)
    {
        var asked = new BooleanQuery();
        foreach (var script in Scripts)
        {
            var (stems, words) = (Tokens(script.Stemmed, text), Tokens(script.Plain, text));
            for (var word = 0; word < words.Count && asked.Clauses.Count < MostWords; word++)
            {
                if (ScriptOf(words[word]) != script.Language)
                    continue;
                // Both analysers cut and leave out alike, so the stem stands where its word does.
                asked.Add(Word(script.Language, words[word], stems[word]), Occur.SHOULD);
            }
        }
        return [.. searcher.Search(asked, 10).ScoreDocs.Select(hit => ids[hit.Doc])];
    }

    public void Dispose()
    {
        reader.Dispose();
        directory.Dispose();
    }

    private static DisjunctionMaxQuery Word(string language, string word, string stem)
    {
        var ways = new DisjunctionMaxQuery(Others)
        {
            new TermQuery(new Term($"name.{language}", stem)) { Boost = InName },
            new TermQuery(new Term($"tags.{language}", stem)) { Boost = InTag },
            new TermQuery(new Term($"department.{language}", stem)) { Boost = InDepartment },
            new TermQuery(new Term($"description.{language}", stem)) { Boost = InDescription },
        };
        var plain = new Term($"plain.{language}", word);
        if (word.Length >= 2)
            ways.Add(new PrefixQuery(plain) { Boost = Beginning, MultiTermRewriteMethod = new MultiTermQuery.TopTermsScoringBooleanQueryRewrite(MostExpansions) });
        if (word.Length >= 3)
            ways.Add(new FuzzyQuery(plain, word.Length > 5 ? 2 : 1, SamePrefix, MostExpansions, transpositions: true) { Boost = Slipped });
        return ways;
    }

    private static Document DocumentOf(SearchableService service)
    {
        var document = new Document();
        foreach (var (language, name) in service.Names)
        {
            Add("name", language, name);
            Add("plain", language, name);
        }
        foreach (var (language, description) in service.Descriptions)
            Add("description", language, description);
        foreach (var (language, department) in service.DepartmentNames)
            Add("department", language, department);
        foreach (var tag in service.Tags)
        {
            var language = ScriptOf(tag);
            Add("tags", language, tag);
            Add("plain", language, tag);
        }
        return document;

        void Add(string field, string language, string text) => document.Add(new TextField($"{field}.{language}", text, Field.Store.NO));
    }

    private static List<string> Tokens(Analyzer analyser, string text)
    {
        var words = new List<string>();
        using var tokens = analyser.GetTokenStream("", text);
        var word = tokens.AddAttribute<ICharTermAttribute>();
        tokens.Reset();
        while (tokens.IncrementToken())
            words.Add(word.ToString());
        tokens.End();
        return words;
    }

    private static string ScriptOf(string text)
    {
        foreach (var letter in text)
        {
            if (letter is >= '\u0900' and <= '\u097F')
                return "hi";
            if (letter is (>= '\u0600' and <= '\u06FF') or (>= '\u0750' and <= '\u077F') or (>= '\uFB50' and <= '\uFDFF') or (>= '\uFE70' and <= '\uFEFF'))
                return "ur";
        }
        return "en";
    }

    private static Analyzer Plain(CharArraySet stopWords, Func<TokenStream, TokenStream> normalised) => Analyzer.NewAnonymous((_, text) =>
    {
        var words = new StandardTokenizer(Version, text);
        return new TokenStreamComponents(words, new StopFilter(Version, normalised(words), stopWords));
    });

    /// <summary>What ArabicAnalyzer does, with the letters that Persian and Urdu keyboards have between.</summary>
    private static Analyzer Urdu(bool stemmed) => Analyzer.NewAnonymous((_, text) =>
    {
        var words = new StandardTokenizer(Version, text);
        TokenStream tokens = new StopFilter(Version, new LowerCaseFilter(Version, words), ArabicAnalyzer.DefaultStopSet);
        tokens = new PersianNormalizationFilter(new ArabicNormalizationFilter(tokens));
        return new TokenStreamComponents(words, stemmed ? new ArabicStemFilter(tokens) : tokens);
    });

    private sealed record Script(string Language, Analyzer Stemmed, Analyzer Plain);

    private sealed class ByField() : AnalyzerWrapper(PER_FIELD_REUSE_STRATEGY)
    {
        protected override Analyzer GetWrappedAnalyzer(string fieldName)
        {
            var (field, language) = (fieldName[..^3], fieldName[^2..]);
            var script = Array.Find(Scripts, script => script.Language == language)!;
            return field == "plain" ? script.Plain : script.Stemmed;
        }
    }
}
